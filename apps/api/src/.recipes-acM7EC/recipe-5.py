import json, os, urllib.request

QUERY = """query ($after: String) {
  project(slug: "example") { repositories { nodes { branch(name: "main") { snapshot {
    files(first: 1, after: $after) { nodes { path } pageInfo { hasNextPage endCursor } }
  } } } } }
}"""

def page(after):
    request = urllib.request.Request(
        os.environ["PROJECT_SYNC_URL"] + "/graphql",
        data=json.dumps({"query": QUERY, "variables": {"after": after}}).encode(),
        headers={"authorization": "Bearer " + os.environ["PROJECT_SYNC_KEY"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["data"]["project"]["repositories"]["nodes"][0]["branch"]["snapshot"]["files"]

paths, cursor = [], None
while True:
    files = page(cursor)
    paths += [node["path"] for node in files["nodes"]]
    cursor = files["pageInfo"]["endCursor"]
    if not files["pageInfo"]["hasNextPage"]:
        break
print(len(paths), "files:", ", ".join(paths))
