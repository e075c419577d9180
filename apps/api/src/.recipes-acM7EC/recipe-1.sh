curl -sS "$PROJECT_SYNC_URL/graphql" \
  -H "authorization: Bearer $PROJECT_SYNC_KEY" \
  -H 'content-type: application/json' \
  -d '{"query":"{ projects(first: 10) { nodes { slug syncs(first: 1) { nodes { branch status stats { filesTotal } } } } } }"}'
