FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /portcullis
COPY . .
RUN ./portcullis version

FROM eclipse-temurin:25-jre
WORKDIR /portcullis
COPY --from=build /portcullis/portcullis ./
COPY --from=build /portcullis/app/target/*.jar app/target/
COPY --from=build /portcullis/app/target/lib app/target/lib
# The jars are newer than all sources, so nothing is built here; the prefix is a volume.
ENV PORTCULLIS_PREFIX=/var/lib/portcullis
RUN useradd --system --create-home --home-dir /var/lib/portcullis portcullis
USER portcullis
VOLUME /var/lib/portcullis
EXPOSE 8000 8443 8001 8007
ENTRYPOINT ["./portcullis"]
CMD ["start"]
