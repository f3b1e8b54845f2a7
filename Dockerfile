# Node 24, non-root, no dev dependencies, no embedded PostgreSQL: give it a server with DATABASE_URL.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# --ignore-scripts: what the image keeps needs no install script (the project's own Node is a dev dependency).
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache \
    FIREBREAK_HOME=/var/lib/firebreak
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY blocks ./blocks
COPY migrations ./migrations
RUN mkdir -p /var/lib/firebreak && chown 65532:65532 /var/lib/firebreak
USER 65532:65532
VOLUME /var/lib/firebreak
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--max-semi-space-size=8", "--disable-warning=ExperimentalWarning", "src/cli/firebreak.mjs"]
CMD ["start"]
