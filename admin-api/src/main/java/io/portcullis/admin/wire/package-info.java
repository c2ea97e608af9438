/**
 * Kong's Admin API on the wire: bodies, query arguments, pages and error shapes, without a server.
 */
@NullMarked
package io.portcullis.admin.wire;

import org.jspecify.annotations.NullMarked;
