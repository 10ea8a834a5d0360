package io.prumerge.engine;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.Share;
import io.prumerge.engine.Branches.Branch;
import io.prumerge.model.greedy.QuestionState.Generation;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** A request on its way to the device, and who waits for its answers. */
final class PendingRequest {

  private final ImageRequest request;
  private final List<TokenReducer> reducers;
  private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
  private final Runnable released;
  private final AtomicBoolean ended = new AtomicBoolean();
  private RequestAnswers collected;
  private PreparedImages prepared;
  private int weight = 1;

  /**
   * @param released is run before the answers are there, when the model is done with the request
   */
  PendingRequest(ImageRequest request, Runnable released) {
    this.request = request;
    this.released = released;
    // Here, in the thread that asks: those of the engine need not see the jars that methods come
    // in.
    this.reducers = request.methods().stream().map(TokenReducers::of).toList();
  }

  ImageRequest request() {
    return request;
  }

  List<TokenReducer> reducers() {
    return reducers;
  }

  /** Returns the answers. The engine completes them once; the caller may cancel them. */
  CompletableFuture<List<Answer>> answers() {
    return answers;
  }

  /** Ends the request with its answers, unless it has ended. */
  void answer(List<Answer> all) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.complete(all);
    }
  }

  /** Ends the request without answers, unless it has ended. */
  void fail(Throwable why) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.completeExceptionally(why);
    }
  }

  /**
   * Returns whether the request is open: the caller has not cancelled it, and nothing has ended it.
   */
  boolean wanted() {
    return !answers.isDone();
  }

  /** Takes what is made before the device works on it, where there is no image. */
  void prepared(RequestAnswers begun) {
    collected = begun;
  }

  /**
   * Takes the same with an image's pixels.
   *
   * @param counts as so many of those that the tower takes at once
   */
  void prepared(RequestAnswers begun, PreparedImages images, int counts) {
    collected = begun;
    prepared = images;
    weight = counts;
  }

  /** Returns as how many of the images that the tower takes at once it counts. */
  int weight() {
    return weight;
  }

  /** Returns the answers while they come in. */
  RequestAnswers collected() {
    return collected;
  }

  /** Returns what the tower has to run for; none without pixels or without a question to ask. */
  Optional<VisionTower.Depth> depth() {
    return prepared == null || collected.asked().isEmpty()
        ? Optional.empty()
        : Optional.of(VisionTower.Depth.of(reducers));
  }

  PreparedImages prepared() {
    return prepared;
  }

  /** Forgets the pixels. */
  void encoded() {
    prepared = null;
  }

  /**
   * The answers of one request while they come in: one place per question and method, and the
   * shared work that is split among them once it is known who shared it.
   */
  static final class RequestAnswers {

    private final ImageRequest request;
    private final LoadedModel loaded;
    private final CostModel cost;
    private final PromptGroups.AnswerLimits answerLimits;
    private final List<Question.Asked> asked = new ArrayList<>();
    private final Answer[] answers;
    private final List<Charges.Answered> open = new ArrayList<>();
    private final Charges.SharedWork shared = new Charges.SharedWork();

    RequestAnswers(ImageRequest request, LoadedModel loaded, CostModel cost) {
      this.request = request;
      this.loaded = loaded;
      this.cost = cost;
      this.answerLimits = new PromptGroups.AnswerLimits(loaded);
      this.answers = new Answer[request.questions().size() * request.methods().size()];
      for (int q = 0; q < request.questions().size(); q++) {
        encode(q);
      }
    }

    private void encode(int q) {
      Question question = request.questions().get(q);
      if (question.refusal().isPresent()) {
        refuse(q, question.refusal().get());
        return;
      }
      try {
        EncodedPrompt prompt =
            loaded.prompts().withImages(question.prompt(), request.images().size());
        asked.add(new Question.Asked(q, question, prompt));
      } catch (PromptException e) {
        refuse(q, ErrorKind.of(e));
      }
    }

    private void refuse(int q, String error) {
      for (int m = 0; m < request.methods().size(); m++) {
        fail(q, m, error);
      }
    }

    /** Returns questions whose prompts could be encoded. */
    List<Question.Asked> asked() {
      return asked;
    }

    /** Returns whether the first question decides for all of the image's. */
    boolean byFirst() {
      return request.reduceBy() == ReduceBy.FIRST;
    }

    /** Returns what runs once for all answers. */
    Charges.SharedWork shared() {
      return shared;
    }

    /**
     * Returns the questions of methods that share their tokens, in the request's order, without
     * those behind which no position is left to generate: these fail.
     */
    List<Question.Asked> fitting(List<Branch> sharing) {
      List<Question.Asked> fitting = new ArrayList<>();
      for (Question.Asked question : asked) {
        List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
        if (branches.isEmpty()) {
          continue;
        }
        Branch one = branches.get(0);
        int text = question.prompt().textTokens();
        int prompt = text + (one.visual() ? one.reduced().tokens().tokens() : 0);
        int positions = text + (one.visual() ? one.reduced().rows().positions().span() : 0);
        Optional<String> error =
            answerLimits.refusal(prompt, positions, answerLimits.most(question, prompt));
        if (error.isEmpty()) {
          fitting.add(question);
        } else {
          branches.forEach(branch -> fail(question.index(), branch.method(), error.get()));
        }
      }
      return fitting;
    }

    /** Returns every method without an image, where they are all the same. */
    List<Branch> textBranches() {
      return IntStream.range(0, request.methods().size())
          .mapToObj(m -> Branch.text(m, asked, request.methods().get(m)))
          .toList();
    }

    /** Returns the questions as the decoder takes them. */
    PromptGroups groups() {
      return new PromptGroups(loaded, answerLimits, byFirst());
    }

    /** Returns the number of images of the prompt. */
    int images() {
      return request.images().size();
    }

    /**
     * Takes the generations that stand for all methods which share their tokens.
     *
     * @param fitted the questions that were asked, as {@link #fitting} gave them
     */
    void answer(List<Branch> sharing, List<Question.Asked> fitted, List<Generation> generations) {
      for (int i = 0; i < fitted.size(); i++) {
        Question.Asked question = fitted.get(i);
        List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
        for (int b = 0; b < branches.size(); b++) {
          Share share = new Share(b, branches.size());
          open.add(new Charges.Answered(question, branches.get(b), generations.get(i), share));
        }
      }
    }

    private boolean isOpen(Question.Asked question, int method) {
      return answers[place(question.index(), method)] == null;
    }

    /** Fails those of these questions that one method has not answered. */
    void fail(int method, List<Question.Asked> questions, String error) {
      for (Question.Asked question : questions) {
        if (isOpen(question, method)) {
          fail(question.index(), method, error);
        }
      }
    }

    /** Fails every question that is not answered. */
    void failOpen(String error) {
      open.clear();
      for (int m = 0; m < request.methods().size(); m++) {
        fail(m, asked, error);
      }
    }

    private void fail(int question, int method, String error) {
      answers[place(question, method)] =
          Answer.failed(question, request.methods().get(method).toString(), error);
    }

    private int place(int question, int method) {
      return question * request.methods().size() + method;
    }

    /** Returns all answers, question by question, under each the methods in the request's order. */
    List<Answer> answers() {
      // Shares do not depend on which answers came first.
      open.sort(
          Comparator.comparingInt((Charges.Answered row) -> row.branch().method())
              .thenComparingInt(row -> row.asked().index()));
      List<Answer> charged = new Charges(loaded, cost, open, shared).answers();
      for (int i = 0; i < charged.size(); i++) {
        Charges.Answered row = open.get(i);
        answers[place(row.asked().index(), row.branch().method())] = charged.get(i);
      }
      return List.of(answers);
    }
  }
}
