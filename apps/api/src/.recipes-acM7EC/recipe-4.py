import json, os, urllib.request

def ask(query, **variables):
    request = urllib.request.Request(
        os.environ["PROJECT_SYNC_URL"] + "/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={
            "authorization": "Bearer " + os.environ["PROJECT_SYNC_KEY"],
            "content-type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if "errors" in answer:
        raise RuntimeError(answer["errors"][0]["message"])
    return answer["data"]

started = ask(
    """mutation ($id: ID!) {
         startSync(input: { repositoryId: $id }) {
           __typename
           ... on StartSyncSuccess { sync { id status } }
           ... on Error { code message }
         }
       }""",
    id="bm90aGluZw==",
)["startSync"]
print(started["code"] if "code" in started else started["sync"]["id"])
