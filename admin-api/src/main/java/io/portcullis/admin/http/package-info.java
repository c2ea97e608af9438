/** The Admin API's server and its endpoints, made from the entity specs. */
@NullMarked
package io.portcullis.admin.http;

import org.jspecify.annotations.NullMarked;
