/** Tests of the store, and the databases that tests of other modules use too. */
@NullMarked
package io.portcullis.store;

import org.jspecify.annotations.NullMarked;
