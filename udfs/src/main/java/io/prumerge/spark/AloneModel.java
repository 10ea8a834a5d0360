package io.prumerge.spark;

import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A model that is asked one question under one method at a time, so that nothing is shared between
 * answers and no other work runs meanwhile; of several images at a time where a batch is timed.
 * Each question is asked under all methods before the next one, so that a machine that becomes
 * slower becomes so for all; which method comes first goes round.
 *
 * <p>Before, each method answers the first question about each of the first images, whose answers
 * are dropped: what a process does once is in no time.
 */
final class AloneModel implements AskedModel {

  /** Warm-ups of a method, where a task has as many images. */
  static final int WARM_UPS = 10;

  private final AskedModel model;
  private final int batch;
  private final List<Waiting> waiting = new ArrayList<>();
  private int warmUps;
  private int turn;

  private AloneModel(AskedModel model, int batch, int warmUps) {
    this.model = model;
    this.batch = batch;
    this.warmUps = warmUps;
  }

  /**
   * Times a model of this process.
   *
   * @param batch images at a time
   */
  static AloneModel of(TaskModel model, int batch) {
    return new AloneModel(model, batch, WARM_UPS);
  }

  /**
   * Times the round trips to an endpoint. It gets no warm-up: a service may keep what it made of a
   * picture, and each request is paid.
   */
  static AloneModel of(EndpointModel model, int batch) {
    return new AloneModel(model, batch, 0);
  }

  /**
   * Times the answers of any model.
   *
   * @param warmUps requests of a method before its first one that is timed
   */
  @VisibleForTesting
  static AloneModel of(AskedModel model, int batch, int warmUps) {
    return new AloneModel(model, batch, warmUps);
  }

  @Override
  public PendingAnswers ask(ImageRequest request, List<String> prompts) {
    Waiting one = new Waiting(request, prompts);
    waiting.add(one);
    return one;
  }

  @Override
  public int ahead() {
    return Math.max(batch, warmUps);
  }

  @Override
  public void atEnd(Runnable action) {
    model.atEnd(action);
  }

  private void warmUp() {
    for (Waiting one : waiting.subList(0, Math.min(warmUps, waiting.size()))) {
      answer(List.of(one), 0);
    }
    waiting.forEach(Waiting::forget);
    warmUps = 0;
  }

  // The images that waited longest.
  private void answerNext() {
    if (warmUps > 0) {
      warmUp();
    }
    List<Waiting> together = List.copyOf(waiting.subList(0, Math.min(batch, waiting.size())));
    int most = together.stream().mapToInt(Waiting::questions).max().orElse(0);
    for (int question = 0; question < most; question++) {
      int place = question;
      answer(together.stream().filter(one -> place < one.questions()).toList(), question);
    }
    waiting.removeAll(together);
  }

  // Under each method, the same question about each image at once.
  private void answer(List<Waiting> images, int question) {
    int methods = images.get(0).request.reducers().size();
    for (int i = 0; i < methods; i++) {
      int method = (turn + i) % methods;
      List<PendingAnswers> pending = new ArrayList<>();
      try {
        for (Waiting one : images) {
          pending.add(one.ask(question, method));
        }
        for (int image = 0; image < images.size(); image++) {
          images.get(image).answered(question, method, pending.get(image).rows().get(0));
        }
      } catch (RuntimeException | Error e) {
        pending.forEach(PendingAnswers::cancel);
        throw e;
      }
    }
    turn++;
  }

  /** A request whose turn has not come. */
  private final class Waiting implements PendingAnswers {

    private final ImageRequest request;
    private final List<String> prompts;
    private final Row[] rows;

    Waiting(ImageRequest request, List<String> prompts) {
      this.request = request;
      this.prompts = prompts;
      this.rows = new Row[request.questions().size() * request.reducers().size()];
    }

    int questions() {
      return request.questions().size();
    }

    PendingAnswers ask(int question, int method) {
      List<Question> one = List.of(request.questions().get(question));
      List<TokenReducer> under = List.of(request.reducers().get(method));
      return model.ask(
          new ImageRequest(request.visuals(), one, under, request.reduceBy()),
          Collections.singletonList(prompts.get(question)));
    }

    void answered(int question, int method, Row row) {
      rows[question * request.reducers().size() + method] = row;
    }

    void forget() {
      Arrays.fill(rows, null);
    }

    @Override
    public List<Row> rows() {
      while (waiting.contains(this)) {
        answerNext();
      }
      return List.of(rows);
    }

    @Override
    public void cancel() {
      waiting.remove(this);
    }
  }
}
