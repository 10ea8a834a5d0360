package io.prumerge.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.ImageRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the operators that libtorch runs on an engine's device thread. Libtorch's profiler sees
 * the thread that started it only. An engine's future completes on its device thread, so what
 * depends on the future starts and stops the profiler there.
 *
 * @param computing operators that launch a kernel on a GPU: innermost calls, views left out
 * @param waits reads of a single number, for which a GPU's host waits
 */
record OperatorProfile(long computing, long waits) {

  /** Operators that only describe memory or reserve it. */
  private static final Set<String> VIEWS =
      Set.of(
          "aten::alias",
          "aten::as_strided",
          "aten::broadcast_to",
          "aten::chunk",
          "aten::detach",
          "aten::empty",
          "aten::empty_like",
          "aten::empty_strided",
          "aten::expand",
          "aten::flatten",
          "aten::narrow",
          "aten::new_empty",
          "aten::permute",
          "aten::reshape",
          "aten::resize_",
          "aten::resolve_conj",
          "aten::resolve_neg",
          "aten::select",
          "aten::set_",
          "aten::size",
          "aten::slice",
          "aten::split",
          "aten::split_with_sizes",
          "aten::squeeze",
          "aten::t",
          "aten::to",
          "aten::transpose",
          "aten::unsqueeze",
          "aten::unflatten",
          "aten::view",
          "aten::_reshape_alias",
          "aten::_unsafe_view");

  private record Event(String name, long thread, double start, double end) {}

  /**
   * Answers requests under the profiler.
   *
   * @param engine has a single device thread
   * @param first is answered before, without being counted
   */
  static OperatorProfile of(EngineLoop engine, ImageRequest first, List<ImageRequest> requests)
      throws Exception {
    Path file = Files.createTempFile("operators", ".json");
    try {
      engine.then(
          first, () -> JniUtils.startProfile(false /* CUDA's clocks */, false /* shapes */, false));
      engine.answer(requests);
      engine.then(first, () -> JniUtils.stopProfile(file.toString()));
      return read(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static OperatorProfile read(Path file) throws IOException {
    Map<Long, List<Event>> threads = new HashMap<>();
    for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
      String name = event.path("name").asText();
      if (name.startsWith("aten::")) {
        double start = event.path("ts").asDouble();
        threads
            .computeIfAbsent(event.path("tid").asLong(), tid -> new ArrayList<>())
            .add(
                new Event(
                    name, event.path("tid").asLong(), start, start + event.path("dur").asDouble()));
      }
    }
    long computing = 0;
    long waits = 0;
    for (List<Event> events : threads.values()) {
      for (Event event : innermost(events)) {
        boolean read = event.name().equals("aten::_local_scalar_dense");
        waits += read ? 1 : 0;
        computing += read || VIEWS.contains(event.name()) ? 0 : 1;
      }
    }
    return new OperatorProfile(computing, waits);
  }

  /** Calls that make no other call but views. */
  private static List<Event> innermost(List<Event> events) {
    List<Event> calls = new ArrayList<>(events);
    calls.sort(
        Comparator.comparingDouble(Event::start)
            .thenComparing(Comparator.comparingDouble(Event::end).reversed()));
    Set<Event> outer = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Event> open = new ArrayDeque<>();
    for (Event call : calls) {
      while (!open.isEmpty() && open.peek().end() < call.end()) {
        open.pop();
      }
      if (!VIEWS.contains(call.name())) {
        outer.addAll(open);
      }
      open.push(call);
    }
    return calls.stream().filter(call -> !outer.contains(call)).toList();
  }
}
