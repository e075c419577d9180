SYNC=$(curl -sS "$PROJECT_SYNC_URL/graphql" \
  -H "authorization: Bearer $PROJECT_SYNC_KEY" -H 'content-type: application/json' \
  -d '{"query":"{ project(slug: \"example\") { syncs(first: 1) { nodes { id } } } }"}' |
  sed -E 's/.*"id":"([^"]+)".*/\1/')
curl -sSN "$PROJECT_SYNC_URL/graphql" \
  -H "authorization: Bearer $PROJECT_SYNC_KEY" -H 'content-type: application/json' -H 'accept: text/event-stream' \
  -d "{\"query\":\"subscription { syncProgress(syncId: \\\"$SYNC\\\") { sequence status phase progress message } }\"}"
