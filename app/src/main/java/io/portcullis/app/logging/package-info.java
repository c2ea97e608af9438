/** Access and error logs that never stall a request. */
@NullMarked
package io.portcullis.app.logging;

import org.jspecify.annotations.NullMarked;
