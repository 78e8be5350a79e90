"""The floor: httpx and orjson, read only.  python floor_run.py PORT"""

import re
import sys

import httpx
import orjson

url: str | None = f"http://127.0.0.1:{sys.argv[1]}/v3/candidates?per_page=500"
count = 0
with httpx.Client(trust_env=False) as client:
    while url:
        answer = client.get(url)
        count += len(orjson.loads(answer.content))
        found = re.search(r"<([^>]+)>", answer.headers.get("link", ""))
        url = found.group(1) if found else None
print(count)
