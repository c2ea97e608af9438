/** Configuration from a file in Kong's declarative format, for nodes without a database. */
@NullMarked
package io.portcullis.app.declarative;

import org.jspecify.annotations.NullMarked;
