package io.portcullis.admin.wire;

/**
 * Answers calls of one path. Runs on a virtual thread of its own and may block.
 *
 * <p>A {@link Refusal} it throws is the answer; any other exception is logged and answered with
 * 500.
 */
@FunctionalInterface
public interface AdminPage {
  AdminResponse answer(AdminRequest request);
}
