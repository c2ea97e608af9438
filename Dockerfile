FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /portcullis
COPY . .
RUN ./portcullis version

FROM eclipse-temurin:25.0.1_8-jre
LABEL org.opencontainers.image.title="Portcullis" \
      org.opencontainers.image.description="API gateway with Kong's Admin API, for HTTP, WebSocket, event streams and gRPC"
WORKDIR /portcullis
COPY --from=build /portcullis/portcullis ./
COPY --from=build /portcullis/app/target/*.jar app/target/
COPY --from=build /portcullis/app/target/lib app/target/lib
# The jars are newer than all sources, so nothing is built here; the prefix is a volume.
ENV PORTCULLIS_PREFIX=/var/lib/portcullis
# KrakenD's name, by which its deployments call it.
RUN ln -s /portcullis/portcullis /usr/bin/krakend
RUN useradd --system --create-home --home-dir /var/lib/portcullis portcullis
USER portcullis
VOLUME /var/lib/portcullis
EXPOSE 8000 8443 8001 8007 8080
STOPSIGNAL SIGTERM
# The status port asks for no token and is there in every role.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8007; printf 'GET /status/ready HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3; read -r line <&3; [[ $line == *' 200'* ]]"]
ENTRYPOINT ["./portcullis"]
CMD ["start"]
