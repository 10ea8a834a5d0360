package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Counts the operators that libtorch runs on an engine's device thread.
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

  /**
   * Answers requests under the profiler.
   *
   * @param engine has a single device thread
   * @param first is answered before, without being counted
   */
  static OperatorProfile of(EngineLoop engine, ImageRequest first, List<ImageRequest> requests)
      throws Exception {
    long computing = 0;
    long waits = 0;
    for (List<OperatorTrace.Call> calls : OperatorTrace.of(engine, first, requests).threads()) {
      for (OperatorTrace.Call call : innermost(calls)) {
        boolean read = call.name().equals("aten::_local_scalar_dense");
        waits += read ? 1 : 0;
        computing += read || VIEWS.contains(call.name()) ? 0 : 1;
      }
    }
    return new OperatorProfile(computing, waits);
  }

  /** Calls that make no other call but views. */
  private static List<OperatorTrace.Call> innermost(List<OperatorTrace.Call> calls) {
    Set<OperatorTrace.Call> outer = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<OperatorTrace.Call> open = new ArrayDeque<>();
    for (OperatorTrace.Call call : calls) {
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
