# Two stages: the first builds a static binary, the second holds it, git, the
# picture tools, fonts for share cards in most scripts and the content, and runs as
# nobody in particular. Fonts for Chinese, Japanese and Korean are large: a site
# that needs one puts it into its content (card.fonts in site.yaml).
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
COPY templates templates
COPY static static
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /byline ./cmd/byline

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git openssh-client tzdata webp libavif-bin fonts-noto-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin byline \
 && install -d -o byline /data
COPY --from=build /byline /usr/local/bin/byline
COPY articles /srv/articles
USER 10001
WORKDIR /srv
EXPOSE 8080
# The program drains and stops on SIGTERM; it needs no shell, and writes
# only below --data: a volume at /data, when the content comes from git.
ENTRYPOINT ["byline"]
CMD ["serve", "--content", "/srv/articles"]
