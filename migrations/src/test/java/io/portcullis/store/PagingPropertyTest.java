package io.portcullis.store;

import static io.portcullis.store.Samples.ROUTES;
import static io.portcullis.store.Samples.SERVICES;
import static io.portcullis.store.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Listings against a list that is sorted and filtered in memory. */
class PagingPropertyTest {
  private static final int PARENTS = 2;

  /**
   * A route.
   *
   * @param parent index of its service; {@link #PARENTS} for none
   */
  record Row(UUID id, Set<String> tags, int parent) {}

  /** What to ask for. */
  record Question(int size, @Nullable TagFilter filter, @Nullable Integer parent) {}

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void on_h2_pages_are_pieces_of_the_sorted_and_filtered_rows(
      @ForAll("rows") List<Row> rows, @ForAll("questions") List<Question> questions) {
    compare(StoreEngine.H2, rows, questions);
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void on_postgresql_pages_are_pieces_of_the_sorted_and_filtered_rows(
      @ForAll("rows") List<Row> rows, @ForAll("questions") List<Question> questions) {
    compare(StoreEngine.POSTGRES, rows, questions);
  }

  private static void compare(StoreEngine engine, List<Row> rows, List<Question> questions) {
    try (StoreFixture fixture = StoreFixture.on(engine)) {
      EntityStore store = fixture.store();
      List<ObjectNode> parents = new ArrayList<>();
      store.write(
          writing -> {
            for (int i = 0; i < PARENTS; i++) {
              parents.add(Samples.service("s" + i));
              // Tags of other entities must not count.
              writing.insert(SERVICES, Samples.tagged(parents.get(i), "a", "b", "c"));
            }
            for (Row row : rows) {
              ObjectNode route =
                  Samples.route(row.parent() == PARENTS ? null : parents.get(row.parent()))
                      .put("id", row.id().toString());
              writing.insert(ROUTES, Samples.tagged(route, row.tags().toArray(String[]::new)));
            }
            return 0;
          });
      for (Question question : questions) {
        PageQuery query = PageQuery.first(question.size()).taggedWith(question.filter());
        if (question.parent() != null) {
          query = query.under("service", id(parents.get(question.parent())));
        }
        assertThat(walk(store, query)).as(question.toString()).isEqualTo(expected(rows, question));
      }
    }
  }

  /** The ids on each page. */
  private static List<List<UUID>> walk(EntityStore store, PageQuery query) {
    List<List<UUID>> pages = new ArrayList<>();
    UUID next = null;
    do {
      StoredPage page = store.page(ROUTES, query.after(next));
      pages.add(page.rows().stream().map(Samples::id).toList());
      next = page.next();
    } while (next != null);
    return pages;
  }

  private static List<List<UUID>> expected(List<Row> rows, Question question) {
    TagFilter filter = question.filter();
    List<UUID> ids =
        rows.stream()
            .filter(row -> question.parent() == null || row.parent() == question.parent())
            .filter(
                row ->
                    filter == null
                        || switch (filter.match()) {
                          case ALL -> row.tags().containsAll(filter.tags());
                          case ANY -> filter.tags().stream().anyMatch(row.tags()::contains);
                        })
            .map(Row::id)
            .sorted(Comparator.comparing(UUID::toString))
            .toList();
    List<List<UUID>> pages = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += question.size()) {
      pages.add(ids.subList(from, Math.min(ids.size(), from + question.size())));
    }
    return pages.isEmpty() ? List.of(List.of()) : pages;
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<UUID> ids =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    return Combinators.combine(
            ids,
            Arbitraries.of("a", "b", "c", "é").set().ofMaxSize(4),
            Arbitraries.integers().between(0, PARENTS))
        .as(Row::new)
        .list()
        .ofMaxSize(40)
        .uniqueElements(Row::id);
  }

  @Provide
  Arbitrary<List<Question>> questions() {
    Arbitrary<TagFilter> filters =
        Combinators.combine(
                Arbitraries.of(TagFilter.Match.class),
                Arbitraries.of("a", "b", "c", "é", "none").list().ofMinSize(1).ofMaxSize(5))
            .as(TagFilter::new);
    return Combinators.combine(
            Arbitraries.oneOf(Arbitraries.integers().between(1, 7), Arbitraries.of(40, 1000)),
            filters.injectNull(0.4),
            Arbitraries.integers().between(0, PARENTS - 1).injectNull(0.5))
        .as(Question::new)
        .list()
        .ofSize(12);
  }
}
