# The whole tree builds; optional dependencies include the platform binaries that the build needs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm exec --yes --package=pnpm@12.21.0 -- pnpm install --frozen-lockfile \
 && npm exec --yes --package=pnpm@12.21.0 -- pnpm run build

# The runtime has production dependencies alone, installed beside the sources and what the build made of them.
FROM node:24-bookworm-slim AS runtime
WORKDIR /app
COPY . .
RUN npm exec --yes --package=pnpm@12.21.0 -- pnpm install --prod --frozen-lockfile --no-optional \
 && rm -rf /root/.npm /root/.local /root/.cache
COPY --from=build /app/apps/web/build apps/web/build
COPY --from=build /app/packages/db/src/generated packages/db/src/generated
COPY --from=build /app/apps/api/src/generated apps/api/src/generated

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates openssh-client \
 && rm -rf /var/lib/apt/lists/* && install -d -o node -g node /data
WORKDIR /app
COPY --from=runtime /app /app
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "apps/api/src/main.ts"]
