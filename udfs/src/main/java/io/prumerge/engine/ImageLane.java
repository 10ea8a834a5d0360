package io.prumerge.engine;

import io.prumerge.generation.Scheduler;
import io.prumerge.generation.Scheduler.Caller;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.PreparedImages;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.greedy.Generation;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.torch.TorchException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images on their way through the model: the tower over several of them at once, then one after the
 * other reduced and projected, as far as the decoder's passes have room for their questions.
 */
final class ImageLane implements Lane {

  /**
   * An image that went through the tower.
   *
   * @param encoded null without an image, or without a question that could be asked
   */
  private record Encoded(PendingRequest image, EncodedImages encoded) {
    void free() {
      if (encoded != null) {
        encoded.close();
      }
    }
  }

  private static final int NOBODY = Integer.MAX_VALUE;

  private final LoadedModel loaded;
  private final int mostViews;
  private final Scheduler scheduler;
  private final Runnable passed;
  private final Deque<Encoded> waiting = new ArrayDeque<>();
  private int crowd = NOBODY;

  /**
   * @param mostViews that the tower takes at once, but for a prompt that has more
   * @param scheduler is closed with the lane
   * @param passed is run after each pass of the tower
   */
  ImageLane(LoadedModel loaded, int mostViews, Scheduler scheduler, Runnable passed) {
    this.loaded = loaded;
    this.mostViews = mostViews;
    this.scheduler = scheduler;
    this.passed = passed;
  }

  @Override
  public boolean hungry() {
    return waiting.isEmpty() && scheduler.low();
  }

  @Override
  public boolean busy() {
    return !waiting.isEmpty() || scheduler.busy();
  }

  @Override
  public void take(List<PendingRequest> images) {
    List<Encoded> taken = new ArrayList<>();
    try {
      Map<VisionTower.Depth, List<PendingRequest>> alike = new LinkedHashMap<>();
      for (PendingRequest image : images) {
        image
            .depth()
            .ifPresent(depth -> alike.computeIfAbsent(depth, key -> new ArrayList<>()).add(image));
      }
      alike.forEach(
          (depth, together) -> batches(together).forEach(batch -> encode(batch, depth, taken)));
    } catch (RuntimeException | Error e) {
      taken.forEach(Encoded::free);
      throw e;
    }
    waiting.addAll(taken);
    images.stream()
        .filter(image -> taken.stream().noneMatch(one -> one.image() == image))
        .forEach(image -> waiting.add(new Encoded(image, null)));
    images.forEach(PendingRequest::encoded);
  }

  // A prompt may have many images, for which a batch of so many prompts has no room.
  private List<List<PendingRequest>> batches(List<PendingRequest> images) {
    List<List<PendingRequest>> batches = new ArrayList<>();
    int views = 0;
    for (PendingRequest image : images) {
      int more = image.views().inputs().size();
      if (batches.isEmpty() || views + more > mostViews) {
        batches.add(new ArrayList<>());
        views = 0;
      }
      batches.get(batches.size() - 1).add(image);
      views += more;
    }
    return batches;
  }

  private void encode(List<PendingRequest> images, VisionTower.Depth depth, List<Encoded> taken) {
    long start = System.nanoTime();
    List<PreparedImages> views = images.stream().map(PendingRequest::views).toList();
    List<EncodedImages> encoded = loaded.model().encode(views, depth);
    double millis = ImageAnswerer.millisSince(start) / images.size();
    passed.run();
    for (int i = 0; i < images.size(); i++) {
      EncodedImages image = encoded.get(i);
      taken.add(new Encoded(images.get(i), image));
      double evidence =
          image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
      double shared = millis - image.insideMillis() - evidence;
      images.get(i).sheet().shared().encoded(shared, image.towerLayers());
    }
  }

  @Override
  public void turn() {
    if (!waiting.isEmpty() && scheduler.groups() < crowd && scheduler.low()) {
      crowd = NOBODY;
      ask(waiting.remove());
    } else {
      scheduler.turn();
    }
  }

  private void ask(Encoded one) {
    try {
      if (one.image().wanted()) {
        open(one).ask(scheduler);
      } else {
        one.image().answer(List.of()); // gives its place back
      }
    } catch (TorchException e) {
      if (e.outOfMemory() && scheduler.busy()) {
        crowd = scheduler.groups(); // there may be room when one of them is done
        waiting.addFirst(one);
        return;
      }
      fail(one, e);
    } catch (RuntimeException | Error e) {
      one.image().fail(e);
    }
    one.free();
  }

  private void fail(Encoded one, TorchException why) {
    if (why.deviceLost()) {
      waiting.addFirst(one);
      throw why;
    }
    if (why.outOfMemory()) {
      RequestAnswers sheet = one.image().sheet();
      sheet.failOpen(ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage()));
      one.image().answer(sheet.answers());
    } else {
      one.image().fail(why);
    }
  }

  private OpenRequest open(Encoded one) {
    PendingRequest image = one.image();
    RequestAnswers sheet = image.sheet();
    if (one.encoded() == null) {
      // Without an image there is nothing to reduce: one generation answers under every method.
      boolean text = image.request().images().isEmpty();
      return new OpenRequest(image, text ? List.of(sheet.textBranches()) : List.of(), () -> {});
    }
    Branches branches = new Branches(image.reducers(), one.encoded(), loaded, sheet);
    return new OpenRequest(image, branches.byTokens(), branches::close);
  }

  @Override
  public void fail(Throwable why) {
    waiting.forEach(Encoded::free);
    waiting.forEach(one -> one.image().fail(why));
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

    private final PendingRequest image;
    private final List<List<Branch>> byTokens;
    private final Runnable freed;
    private int open;

    /**
     * @param byTokens the methods, those with the same tokens together
     * @param freed is run when the decoder is done with the tokens
     */
    OpenRequest(PendingRequest image, List<List<Branch>> byTokens, Runnable freed) {
      this.image = image;
      this.byTokens = byTokens;
      this.freed = freed;
    }

    /** Asks all questions; those that do not fit the checkpoint fail. */
    void ask(Scheduler scheduler) {
      Map<PromptGroup, SharedQuestions> groups;
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

    private Map<PromptGroup, SharedQuestions> groups() {
      RequestAnswers sheet = image.sheet();
      Map<PromptGroup, SharedQuestions> groups = new LinkedHashMap<>();
      for (List<Branch> sharers : byTokens) {
        List<Question.Asked> fitting = sheet.fitting(sharers);
        for (List<Question.Asked> alike : PromptGroups.byPrefix(fitting)) {
          groups.put(sheet.groups().of(alike, sharers.get(0)), new SharedQuestions(sharers, alike));
        }
      }
      return groups;
    }

    /** Methods that share their tokens, and so their answers. */
    private final class SharedQuestions implements Caller {
      private final List<Branch> branches;
      private final List<Question.Asked> questions;

      private SharedQuestions(List<Branch> branches, List<Question.Asked> questions) {
        this.branches = branches;
        this.questions = questions;
      }

      @Override
      public boolean wanted() {
        return image.wanted();
      }

      @Override
      public void answered(List<Generation> answers) {
        if (image.wanted()) {
          image.sheet().answer(branches, questions, answers);
        }
        close();
      }

      @Override
      public void failed(Throwable why) {
        image.fail(why);
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
      try {
        image.answer(image.wanted() ? image.sheet().answers() : List.of());
      } catch (RuntimeException | Error e) {
        image.fail(e);
      }
    }
  }
}
