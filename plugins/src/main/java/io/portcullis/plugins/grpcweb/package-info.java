/** The {@code grpc-web} plugin: lets browsers call gRPC services. */
@NullMarked
package io.portcullis.plugins.grpcweb;

import org.jspecify.annotations.NullMarked;
