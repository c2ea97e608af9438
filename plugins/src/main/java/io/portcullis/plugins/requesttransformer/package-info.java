/**
 * The {@code request-transformer} plugin: changes method, path, headers, query and body of
 * requests.
 */
@NullMarked
package io.portcullis.plugins.requesttransformer;

import org.jspecify.annotations.NullMarked;
