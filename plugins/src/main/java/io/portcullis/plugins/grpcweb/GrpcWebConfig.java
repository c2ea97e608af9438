package io.portcullis.plugins.grpcweb;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code grpc-web}.
 *
 * @param proto path of a .proto file; kept for whoever reads it, JSON is not translated
 * @param passStrippedPath whether the target gets the path that the route leaves over
 * @param allowOriginHeader value of {@code Access-Control-Allow-Origin}; null for none
 */
public record GrpcWebConfig(
    @Nullable String proto,
    @Nullable Boolean passStrippedPath,
    @Nullable String allowOriginHeader) {}
