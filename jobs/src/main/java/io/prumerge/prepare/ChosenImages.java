package io.prumerge.prepare;

import java.util.List;
import java.util.Optional;

/**
 * Images that {@link WholeUnits} chose.
 *
 * @param last the last of those before which all are chosen; empty if the first one is not
 * @param others that come after it
 * @param <K> the images' keys
 */
public record ChosenImages<K>(Optional<K> last, List<K> others) {}
