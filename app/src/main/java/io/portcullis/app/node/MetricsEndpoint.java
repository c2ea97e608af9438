package io.portcullis.app.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.plugin.MetricsPage;
import java.util.List;

/** {@code GET /metrics}: Kong's series first, then our own and those of the JVM. */
record MetricsEndpoint(List<MetricsPage> pages, PrometheusMeterRegistry meters)
    implements AdminPage {
  @Override
  public AdminResponse answer(AdminRequest request) {
    StringBuilder text = new StringBuilder(16 * 1024);
    pages.forEach(page -> page.append(text));
    text.append(meters.scrape());
    return AdminResponse.text(200, "text/plain; charset=UTF-8", text.toString());
  }
}
