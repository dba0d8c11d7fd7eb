# Three stages: compile, collect the runtime libraries, run. Nothing here needs BuildKit, so every host can build it.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The development dependency `node` puts its binary in place by an install script; the image has Node already.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# The last is where SQLite puts what does not fit into memory: the rest of the file system may be read-only.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 SQLITE_TMPDIR=/data
WORKDIR /app
# For DATA_DIR=/data: a new volume that is mounted here takes over the owner.
RUN install -d -o node -g node -m 700 /data
COPY --from=libraries /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
USER node:node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which keeps the stop signal to itself.
CMD ["node", "dist/main.js"]
