/**
 * Changes to messages that more than one plugin makes: of header lines, of members of JSON objects
 * and of arguments, with values that may depend on the request.
 */
@NullMarked
package io.portcullis.plugins.transform;

import org.jspecify.annotations.NullMarked;
