package io.portcullis.admin.http;

import io.portcullis.core.entity.UpstreamHealth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Balancers that tests say what to answer. */
final class SettableHealth implements UpstreamHealth {
  final Map<UUID, Report> reports = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  Answer answer = Answer.DONE;

  @Override
  public Optional<Report> report(UUID upstream) {
    return Optional.ofNullable(reports.get(upstream));
  }

  @Override
  public Answer set(UUID upstream, UUID target, @Nullable String address, boolean healthy) {
    calls.add(upstream + " " + target + " " + address + " " + healthy);
    return answer;
  }
}
