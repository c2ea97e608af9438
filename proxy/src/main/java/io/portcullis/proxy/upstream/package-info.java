/** The target side of the proxy: names, connections, pools, and calls on behalf of plugins. */
@NullMarked
package io.portcullis.proxy.upstream;

import org.jspecify.annotations.NullMarked;
