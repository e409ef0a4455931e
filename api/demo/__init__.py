"""Demonstration data 演示数据: everything invented, one room per noun's module."""
