"""pytest file: hunts seeds; prints distinct failures"""
import random, sys, os, traceback, asyncio, time, collections
from graphql import parse, validate
from api.schema import schema
from tests.oracle.test_oracle import document, agree
from tests.oracle.world import CALLERS
def test_hunt(ground):
    start=int(os.environ.get("START","0")); n=int(os.environ.get("N","300"))
    fails=collections.Counter(); shown=0
    t0=time.time(); invalid=0
    errs=collections.Counter()
    for seed in range(start,start+n):
        w=document(ground,seed)
        if validate(schema._schema, parse(w.text)): invalid+=1; continue
        caller=CALLERS[random.Random(seed*7+1).randrange(len(CALLERS))]
        try:
            ground.run(agree(ground,w,caller,random.Random(seed)))
        except BaseException as e:
            if isinstance(e, KeyboardInterrupt): raise
            fails[type(e).__name__]+=1
            shown+=1
            if shown<=int(os.environ.get("SHOW","3")):
                print("=== seed",seed, file=sys.stderr)
                print("".join(traceback.format_exception(e))[-int(os.environ.get("LEN","3500")):], file=sys.stderr)
    print("fails",fails,"invalid",invalid,"time",time.time()-t0, file=sys.stderr)
