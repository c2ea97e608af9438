/** What requests send in queries and bodies, by name, and the same without some of it. */
@NullMarked
package io.portcullis.plugins.form;

import org.jspecify.annotations.NullMarked;
