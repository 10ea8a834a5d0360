package io.prumerge.engine;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.generation.GroupCaller;
import io.prumerge.generation.Scheduler;
import io.prumerge.host.DaemonThreads;
import io.prumerge.host.DeviceOption;
import io.prumerge.image.ImageException;
import io.prumerge.image.ViewGrid;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.greedy.Generation;
import io.prumerge.model.greedy.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.torch.TorchException;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** One loaded model, and how much of it runs at once. */
final class ImageAnswerer implements Answerer {

  // More questions than a step needs to be worth its weights; their requests wait in memory.
  private static final int MOST_OPEN = 128;
  // Rules take milliseconds an image, and the other threads make pixels.
  private static final int MOST_REDUCERS = 8;
  // Slots of an image's questions and answers, where these are of an ordinary length.
  private static final int TEXT_SLOTS = 128;

  private final LoadedModel loaded;
  private final Lanes lanes;
  private final PassLimits limits;
  private final GreedyDecoding decoding;
  private final CostModel cost;
  private final int mostViews;
  private final int mostTokens;
  private final Optional<ExecutorService> reducing;

  ImageAnswerer(LoadedModel loaded, Lanes lanes) {
    this.loaded = loaded;
    this.lanes = lanes;
    this.limits = loaded.model().limits(lanes.count());
    this.decoding =
        new GreedyDecoding(
            loaded.model().greedy(new StopTokens(loaded.checkpoint().generation().eosTokenIds())),
            limits);
    this.cost = CostModel.of(loaded.checkpoint().config());
    SequenceLayout layout = loaded.checkpoint().config().layout();
    this.mostViews = layout.mostViews();
    this.mostTokens = layout.mostTokens();
    this.reducing =
        DeviceOption.REDUCE_ASIDE.on() ? Optional.of(reducers(lanes)) : Optional.empty();
  }

  // They compute on a processor as the lane would.
  private static ExecutorService reducers(Lanes lanes) {
    ThreadFactory threads = DaemonThreads.numbered("prumerge-reduce");
    return Executors.newFixedThreadPool(
        Math.max(1, Math.min(MOST_REDUCERS, lanes.count() * lanes.threads() / 2)),
        work ->
            threads.newThread(
                () -> {
                  TorchRuntime.useThreads(lanes.threads());
                  work.run();
                }));
  }

  /**
   * @param threads processor threads for the model, where it runs on the processor
   */
  static ImageAnswerer load(EngineConfig config, int threads) {
    LoadedModel loaded = LoadedModel.load(config);
    try {
      DecoderWeights decoder = loaded.checkpoint().config().decoder();
      Lanes all = Lanes.of(decoder, loaded.model().device().equals("cpu"), threads);
      return new ImageAnswerer(loaded, config.oneLane() ? all.one() : all);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public int mostImages() {
    return Math.max(1, limits.images() / mostViews);
  }

  @Override
  public int mostOpen() {
    long fit = limits.slots() / (mostTokens + TEXT_SLOTS);
    return (int) Math.max(1, Math.min(fit, MOST_OPEN / lanes.count()));
  }

  LoadedModel loaded() {
    return loaded;
  }

  @Override
  public void prepare(PendingRequest pending) throws ImageException {
    if (pending.request().images().isEmpty()) {
      pending.prepared(new RequestAnswers(pending.request(), loaded, cost, List.of()));
      return;
    }
    long start = System.nanoTime();
    PreparedImages prepared = loaded.prepare(pending.request().images(), pending.reducers());
    RequestAnswers begun =
        new RequestAnswers(pending.request(), loaded, cost, prepared.grids().images());
    begun.shared().preprocessed(millisSince(start));
    LlavaConfig config = loaded.checkpoint().config();
    // A batch of square images has room for the most views that each may have.
    boolean anySize = config.vision().kind().anySize();
    int weight = anySize ? PassLimits.images(config, prepared.grids()) : 1;
    pending.prepared(begun, prepared, weight);
  }

  @Override
  public Lane lane(Runnable passed) {
    return lane(passed, reducing.map(Executor.class::cast));
  }

  /**
   * @param reducing where methods choose tokens; empty for the lane's own thread
   */
  Lane lane(Runnable passed, Optional<Executor> reducing) {
    return new ImageLane(loaded, limits.images(), decoding.scheduler(passed), passed, reducing);
  }

  @Override
  public List<Answer> failed(PendingRequest pending, String error) {
    // Whatever the views are: no question is asked.
    List<ViewGrid> images =
        Collections.nCopies(pending.request().images().size(), ViewGrid.ONE_VIEW);
    RequestAnswers begun = new RequestAnswers(pending.request(), loaded, cost, images);
    begun.failOpen(error);
    return begun.answers();
  }

  @Override
  public String device() {
    return loaded.model().device();
  }

  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  @Override
  public void close() {
    reducing.ifPresent(ExecutorService::shutdown); // the lanes have taken all that they gave it
    loaded.close();
  }

  /**
   * Images on their way through the model: the tower over several of them at once, then one after
   * the other reduced and projected, as long as the decoder's passes can take their questions.
   */
  static final class ImageLane implements Lane {

    /**
     * An image that went through the tower.
     *
     * @param encoded null without an image, or without a question that could be asked
     * @param reduced what methods leave of it, chosen on another thread; empty if this one is to
     */
    private record Encoded(
        PendingRequest pending,
        EncodedImages encoded,
        Optional<CompletableFuture<OpenRequest>> reduced) {

      Encoded(PendingRequest pending, EncodedImages encoded) {
        this(pending, encoded, Optional.empty());
      }

      void free() {
        reduced.ifPresent(other -> other.handle(Encoded::freed).join());
        freeImage();
      }

      void freeImage() {
        if (encoded != null) {
          encoded.close();
        }
      }

      private static Void freed(OpenRequest opened, Throwable failure) {
        if (opened != null) {
          opened.freed.run();
        }
        return null;
      }
    }

    private static final int NEVER = Integer.MAX_VALUE;

    private final LoadedModel loaded;
    private final int mostImages;
    private final Scheduler scheduler;
    private final Runnable passed;
    private final Optional<Executor> reducing;
    private final Deque<Encoded> waiting = new ArrayDeque<>();
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
      this.scheduler = scheduler;
      this.passed = passed;
      this.reducing = reducing;
    }

    /** Where methods choose on other threads, the tower has images while they do. */
    @Override
    public boolean wantsMore() {
      int most = reducing.isPresent() ? mostImages / 2 : 0;
      return waiting.size() <= most && scheduler.wantsMore();
    }

    @Override
    public boolean busy() {
      return !waiting.isEmpty() || scheduler.busy();
    }

    @Override
    public void take(List<PendingRequest> requests) {
      List<Encoded> taken = new ArrayList<>();
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
        taken.forEach(Encoded::free);
        throw e;
      }
      taken.forEach(one -> waiting.add(reducing.map(threads -> reduced(one, threads)).orElse(one)));
      requests.stream()
          .filter(pending -> taken.stream().noneMatch(one -> one.pending() == pending))
          .forEach(pending -> waiting.add(new Encoded(pending, null)));
      requests.forEach(PendingRequest::encoded);
    }

    private Encoded reduced(Encoded one, Executor threads) {
      try {
        return new Encoded(
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

    private void encode(List<PendingRequest> requests, TowerDepth depth, List<Encoded> taken) {
      long start = System.nanoTime();
      List<PreparedImages> views = requests.stream().map(PendingRequest::prepared).toList();
      List<EncodedImages> encoded = loaded.model().encode(views, depth);
      loaded.model().await(); // or the tower's time would be the next stage's
      double millis = ImageAnswerer.millisSince(start) / requests.size();
      passed.run();
      for (int i = 0; i < requests.size(); i++) {
        EncodedImages image = encoded.get(i);
        taken.add(new Encoded(requests.get(i), image));
        double evidence =
            image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
        double shared = millis - image.insideMillis() - evidence;
        requests.get(i).collected().shared().encoded(shared, image.towerLayers());
      }
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

    private void ask(Encoded one) {
      try {
        if (one.pending().isOpen()) {
          opened(one).ask(scheduler);
        } else {
          one.pending().answer(List.of()); // gives its place back
          one.reduced().ifPresent(other -> other.handle(Encoded::freed).join());
        }
      } catch (TorchException e) {
        boolean others = scheduler.busy() || one.reduced().isPresent();
        if (e.outOfMemory() && others) {
          // There may be room when one of them is done.
          fullAt = scheduler.busy() ? scheduler.groups() : NEVER;
          waiting.addFirst(new Encoded(one.pending(), one.encoded()));
          return;
        }
        fail(one, e);
      } catch (RuntimeException | Error e) {
        one.pending().fail(e);
      }
      one.freeImage();
    }

    private OpenRequest opened(Encoded one) {
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

    private void fail(Encoded one, TorchException why) {
      if (why.deviceLost()) {
        waiting.addFirst(new Encoded(one.pending(), one.encoded()));
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

    private OpenRequest open(Encoded one) {
      PendingRequest pending = one.pending();
      RequestAnswers collected = pending.collected();
      if (one.encoded() == null) {
        // Without an image there is nothing to reduce: one generation answers under every method.
        boolean text = pending.request().images().isEmpty();
        return new OpenRequest(
            pending, text ? List.of(collected.textBranches()) : List.of(), () -> {});
      }
      Branches branches = new Branches(pending.reducers(), one.encoded(), loaded, collected);
      return new OpenRequest(pending, branches.byTokens(), branches::close);
    }

    @Override
    public void fail(Throwable why) {
      waiting.forEach(Encoded::free);
      waiting.forEach(one -> one.pending().fail(why));
      waiting.clear();
      scheduler.fail(why);
    }

    @Override
    public void close() {
      waiting.forEach(Encoded::free);
      scheduler.close();
    }

    /** An image whose questions are in the decoder: its request ends with the last of them. */
    private static final class OpenRequest {

      private final PendingRequest pending;
      private final List<List<Branch>> byTokens;
      private final Runnable freed;
      private int open;

      /**
       * @param byTokens the methods, those with the same tokens together
       * @param freed is run when the decoder is done with the tokens
       */
      OpenRequest(PendingRequest pending, List<List<Branch>> byTokens, Runnable freed) {
        this.pending = pending;
        this.byTokens = byTokens;
        this.freed = freed;
      }

      /** Asks all questions; those that do not fit the checkpoint fail. */
      void ask(Scheduler scheduler) {
        Map<PromptGroup, SharedAnswers> groups;
        try {
          groups = groups();
        } catch (RuntimeException | Error e) {
          freed.run();
          throw e;
        }
        open = groups.size();
        groups.forEach(scheduler::add);
        if (open == 0) {
          end();
        }
      }

      private Map<PromptGroup, SharedAnswers> groups() {
        RequestAnswers collected = pending.collected();
        Map<PromptGroup, SharedAnswers> groups = new LinkedHashMap<>();
        for (List<Branch> sharing : byTokens) {
          List<EncodedQuestion> fitting = collected.fitting(sharing);
          for (List<EncodedQuestion> alike : PromptGroups.byPrefix(fitting)) {
            groups.put(
                collected.groups().of(alike, sharing.get(0)), new SharedAnswers(sharing, alike));
          }
        }
        return groups;
      }

      /** Methods that share their tokens, and so their answers. */
      private final class SharedAnswers implements GroupCaller {
        private final List<Branch> branches;
        private final List<EncodedQuestion> questions;

        private SharedAnswers(List<Branch> branches, List<EncodedQuestion> questions) {
          this.branches = branches;
          this.questions = questions;
        }

        @Override
        public boolean isOpen() {
          return pending.isOpen();
        }

        @Override
        public void answered(List<Generation> answers) {
          if (pending.isOpen()) {
            pending.collected().answer(branches, questions, answers);
          }
          close();
        }

        @Override
        public void failed(Throwable why) {
          pending.fail(why);
          close();
        }
      }

      private void close() {
        open--;
        if (open == 0) {
          end();
        }
      }

      private void end() {
        freed.run();
        pending.settle(pending.collected()::answers); // nothing comes in any more
      }
    }
  }
}
