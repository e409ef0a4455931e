"""tour"""
PUBLIC="public"
TOUR=()
