# One image for every process of the plant: `command` in docker-compose.yml says which one runs.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24.21.0-bookworm-slim
# libgomp1: the embedded reviewer's engine is built with OpenMP
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HAIRLINE_DATA_DIR=/data NODE_COMPILE_CACHE=/app/.cache
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-*
COPY . .
COPY --from=build /app/hmi/web/dist hmi/web/dist
RUN mkdir -p /data/evidence /app/.cache && chown -R node:node /data /app/.cache
USER node
VOLUME /data
CMD ["node", "--external-memory-accounted-in-global-limit", "--initial-old-space-size=512", "edge/main.ts"]
