package io.prumerge.engine;

import io.prumerge.generation.Scheduler;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.PassLimits;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.torch.TorchException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Images on their way through the model: the tower over several of them at once, then one after the
 * other reduced and projected, as long as the decoder's passes can take their questions.
 */
final class ImageLane implements Lane {

  private static final int NEVER = Integer.MAX_VALUE;

  private final LoadedModel loaded;
  private final int mostImages;
  private final VideoPasses passes;
  private final Scheduler scheduler;
  private final Runnable passed;
  private final Optional<Executor> reducing;
  private final Deque<EncodedRequest> waiting = new ArrayDeque<>();
  private int fullAt = NEVER;

  /**
   * @param mostImages that the tower takes at once, but for a prompt that has more
   * @param scheduler is closed with the lane
   * @param passed is run after each pass of the tower
   * @param reducing where methods choose tokens; empty for the lane's own thread
   */
  ImageLane(
      LoadedModel loaded,
      int mostImages,
      Scheduler scheduler,
      Runnable passed,
      Optional<Executor> reducing) {
    this.loaded = loaded;
    this.mostImages = mostImages;
    this.passes = new VideoPasses(loaded.model().device(), mostImages);
    this.scheduler = scheduler;
    this.passed = passed;
    this.reducing = reducing;
  }

  /** Where methods choose on other threads, the tower has images while they do. */
  @Override
  public boolean wantsMore() {
    int most = reducing.isPresent() ? mostImages / 2 : 0;
    int images = waiting.stream().mapToInt(one -> one.pending().weight()).sum();
    return images <= most && scheduler.wantsMore();
  }

  @Override
  public boolean busy() {
    return !waiting.isEmpty() || scheduler.busy();
  }

  @Override
  public void take(List<PendingRequest> requests) {
    List<EncodedRequest> taken = new ArrayList<>();
    try {
      Map<TowerDepth, List<PendingRequest>> alike = new LinkedHashMap<>();
      for (PendingRequest pending : requests) {
        pending
            .depth()
            .ifPresent(
                depth -> alike.computeIfAbsent(depth, key -> new ArrayList<>()).add(pending));
      }
      alike.forEach(
          (depth, together) -> batches(together).forEach(batch -> encode(batch, depth, taken)));
    } catch (RuntimeException | Error e) {
      taken.forEach(EncodedRequest::free);
      throw e;
    }
    taken.forEach(one -> waiting.add(reducing.map(threads -> reduced(one, threads)).orElse(one)));
    requests.stream()
        .filter(pending -> taken.stream().noneMatch(one -> one.pending() == pending))
        .forEach(pending -> waiting.add(new EncodedRequest(pending, null)));
    requests.forEach(PendingRequest::encoded);
  }

  private EncodedRequest reduced(EncodedRequest one, Executor threads) {
    try {
      return new EncodedRequest(
          one.pending(),
          one.encoded(),
          Optional.of(CompletableFuture.supplyAsync(() -> open(one), threads)));
    } catch (RuntimeException | Error e) { // no more threads
      return one;
    }
  }

  // A prompt may have many images, too many for a batch of so many prompts.
  private List<List<PendingRequest>> batches(List<PendingRequest> requests) {
    List<List<PendingRequest>> batches = new ArrayList<>();
    int images = 0;
    for (PendingRequest pending : requests) {
      int more = PassLimits.images(loaded.checkpoint().config(), pending.prepared().grids());
      if (batches.isEmpty() || images + more > mostImages) {
        batches.add(new ArrayList<>());
        images = 0;
      }
      batches.get(batches.size() - 1).add(pending);
      images += more;
    }
    return batches;
  }

  private void encode(List<PendingRequest> requests, TowerDepth depth, List<EncodedRequest> taken) {
    long start = System.nanoTime();
    List<PreparedImages> views = requests.stream().map(PendingRequest::prepared).toList();
    List<EncodedImages> encoded = encode(views, depth);
    loaded.model().await(); // or the tower's time would be the next stage's
    double millis = ImageAnswerer.millisSince(start);
    passed.run();
    double shared = millis - encoded.stream().mapToDouble(ImageLane::ownMillis).sum();
    double patches = encoded.stream().mapToInt(EncodedImages::seenPatches).sum();
    for (int i = 0; i < requests.size(); i++) {
      EncodedImages image = encoded.get(i);
      taken.add(new EncodedRequest(requests.get(i), image));
      requests
          .get(i)
          .collected()
          .shared()
          .encoded(shared * image.seenPatches() / patches, image.towerLayers());
    }
  }

  // Of the batch's time that of one prompt's images alone: methods' own runs, and their evidence.
  private static double ownMillis(EncodedImages image) {
    return image.insideMillis()
        + image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  // Several prompts that do not fit are given to this lane again, one after the other.
  private List<EncodedImages> encode(List<PreparedImages> views, TowerDepth depth) {
    if (views.size() > 1 || !views.get(0).hasVideo()) {
      return loaded.model().encode(views, depth, passes.most());
    }
    int all = PassLimits.images(loaded.checkpoint().config(), views.get(0).grids());
    return passes.encode(all, most -> loaded.model().encode(views, depth, most));
  }

  @Override
  public void step() {
    if (!waiting.isEmpty() && scheduler.groups() < fullAt && scheduler.wantsMore()) {
      fullAt = NEVER;
      ask(waiting.remove());
    } else {
      scheduler.step();
    }
  }

  private void ask(EncodedRequest one) {
    try {
      if (one.pending().isOpen()) {
        opened(one).ask(scheduler);
      } else {
        one.pending().answer(List.of()); // gives its place back
        one.freeReduced();
      }
    } catch (TorchException e) {
      boolean others = scheduler.busy() || one.reduced().isPresent();
      if (e.outOfMemory() && others) {
        // There may be room when one of them is done.
        fullAt = scheduler.busy() ? scheduler.groups() : NEVER;
        waiting.addFirst(new EncodedRequest(one.pending(), one.encoded()));
        return;
      }
      fail(one, e);
    } catch (RuntimeException | Error e) {
      one.pending().fail(e);
    }
    one.freeImage();
  }

  private OpenRequest opened(EncodedRequest one) {
    if (one.reduced().isEmpty()) {
      return open(one);
    }
    try {
      return one.reduced().get().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause(); // nothing else can come of it
    }
  }

  private void fail(EncodedRequest one, TorchException why) {
    if (why.deviceLost()) {
      waiting.addFirst(new EncodedRequest(one.pending(), one.encoded()));
      throw why;
    }
    if (why.outOfMemory()) {
      RequestAnswers collected = one.pending().collected();
      collected.failOpen(ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage()));
      one.pending().answer(collected.answers());
    } else {
      one.pending().fail(why);
    }
  }

  private OpenRequest open(EncodedRequest one) {
    PendingRequest pending = one.pending();
    RequestAnswers collected = pending.collected();
    if (one.encoded() == null) {
      // Without an image there is nothing to reduce: one generation answers under every method.
      boolean text = pending.request().visuals().isEmpty();
      return new OpenRequest(
          pending, text ? List.of(collected.textBranches()) : List.of(), () -> {});
    }
    Branches branches = new Branches(pending.reducers(), one.encoded(), loaded, collected);
    return new OpenRequest(pending, branches.byTokens(), branches::close);
  }

  @Override
  public void fail(Throwable why) {
    waiting.forEach(EncodedRequest::free);
    waiting.forEach(one -> one.pending().fail(why));
    waiting.clear();
    scheduler.fail(why);
  }

  @Override
  public void close() {
    waiting.forEach(EncodedRequest::free);
    scheduler.close();
  }
}
