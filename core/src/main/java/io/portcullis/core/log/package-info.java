/** What every log plugin sends: the entry of one exchange, and the expressions that change it. */
@NullMarked
package io.portcullis.core.log;

import org.jspecify.annotations.NullMarked;
