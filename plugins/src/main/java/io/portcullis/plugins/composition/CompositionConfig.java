package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.shape.FlatmapStep;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code composition}: an endpoint of KrakenD in its own words.
 *
 * @param endpoint path with {@code {placeholders}} that gives the path parameters; null takes them
 *     from the captures of the route's regex
 * @param timeout of the whole answer, as Go writes durations
 * @param cacheTtl how long clients may keep a complete answer, likewise
 * @param outputEncoding how the answer is written
 * @param concurrentCalls how many equal calls of each backend race
 * @param inputHeaders client headers that backends get; {@code *} is all
 * @param inputQueryStrings client query arguments that backends get; {@code *} is all
 * @param backend what is called
 * @param sequential whether backends are called one after another
 * @param static_ members that are added to the answer
 * @param flatmapFilter operations on the merged answer
 * @param returnErrorMsg whether a failed answer's body says why
 * @param completedHeader header that says whether all parts are there
 * @param responseHeaders headers of every answer
 * @param userAgent what the gateway calls itself when it calls backends
 * @param maxBodySize octets of one backend's answer that are accepted, also once inflated
 */
public record CompositionConfig(
    @Nullable String endpoint,
    String timeout,
    String cacheTtl,
    String outputEncoding,
    int concurrentCalls,
    List<String> inputHeaders,
    List<String> inputQueryStrings,
    List<BackendConfig> backend,
    boolean sequential,
    @Nullable StaticDataConfig static_,
    List<FlatmapStep> flatmapFilter,
    boolean returnErrorMsg,
    String completedHeader,
    Map<String, String> responseHeaders,
    String userAgent,
    int maxBodySize) {}
