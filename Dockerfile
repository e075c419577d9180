FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm exec --yes --package=pnpm@12.21.0 -- pnpm install --frozen-lockfile --no-optional \
 && npm exec --yes --package=pnpm@12.21.0 -- pnpm run build

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates openssh-client \
 && rm -rf /var/lib/apt/lists/* && install -d -o node -g node /data
WORKDIR /app
COPY --from=build /app /app
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "apps/api/src/main.ts"]
