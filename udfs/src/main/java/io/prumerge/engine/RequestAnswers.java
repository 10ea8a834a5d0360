package io.prumerge.engine;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.Share;
import io.prumerge.image.ViewGrid;
import io.prumerge.model.decoding.Generation;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The answers of one request while they come in: one place per question and method, and the shared
 * work that is split among them once it is known who shared it.
 */
final class RequestAnswers {

  private final ImageRequest request;
  private final LoadedModel loaded;
  private final CostModel cost;
  private final AnswerLimits answerLimits;
  private final List<EncodedQuestion> asked = new ArrayList<>();
  private final Answer[] answers;
  private final List<AnsweredRow> open = new ArrayList<>();
  private final SharedWork shared = new SharedWork();

  /**
   * @param images views of each image of the prompt
   */
  RequestAnswers(ImageRequest request, LoadedModel loaded, CostModel cost, List<ViewGrid> images) {
    this.request = request;
    this.loaded = loaded;
    this.cost = cost;
    this.answerLimits = new AnswerLimits(loaded);
    this.answers = new Answer[request.questions().size() * request.reducers().size()];
    for (int q = 0; q < request.questions().size(); q++) {
      encode(q, images);
    }
  }

  private void encode(int q, List<ViewGrid> images) {
    Question question = request.questions().get(q);
    if (question.refusal().isPresent()) {
      refuse(q, question.refusal().get());
      return;
    }
    try {
      EncodedPrompt prompt =
          loaded.prompts().withLetters(question.prompt(), images, question.letters());
      asked.add(new EncodedQuestion(q, question, prompt));
    } catch (PromptException e) {
      refuse(q, ErrorKind.of(e));
    }
  }

  private void refuse(int q, String error) {
    for (int m = 0; m < request.reducers().size(); m++) {
      fail(q, m, error);
    }
  }

  /** Returns questions whose prompts could be encoded. */
  List<EncodedQuestion> encodedQuestions() {
    return asked;
  }

  /** Returns whether the first question decides for all of the image's. */
  boolean byFirst() {
    return request.reduceBy() == ReduceBy.FIRST;
  }

  /** Returns the work that runs once for all answers. */
  SharedWork shared() {
    return shared;
  }

  /**
   * Returns the questions of methods that share their tokens, in the request's order, without those
   * after which no position is left to generate: these fail.
   */
  List<EncodedQuestion> fitting(List<Branch> sharing) {
    List<EncodedQuestion> fitting = new ArrayList<>();
    for (EncodedQuestion question : asked) {
      List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
      if (branches.isEmpty()) {
        continue;
      }
      Branch one = branches.get(0);
      int text = question.prompt().textTokens();
      int prompt = text + (one.visual() ? one.reduced().rows().positions().rows() : 0);
      int positions = text + (one.visual() ? one.reduced().rows().positions().span() : 0);
      Optional<String> error =
          answerLimits.refusal(prompt, positions, answerLimits.mostNewTokens(question, prompt));
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
    return IntStream.range(0, request.reducers().size())
        .mapToObj(m -> Branch.text(m, asked, request.reducers().get(m).spec()))
        .toList();
  }

  /** Returns the questions as the decoder takes them. */
  PromptGroups groups() {
    return new PromptGroups(loaded, answerLimits, byFirst());
  }

  /** Returns the number of images of the prompt. */
  int images() {
    return request.visuals().size();
  }

  /**
   * Takes the generations that stand for all methods which share their tokens.
   *
   * @param fitted the questions that were asked, as {@link #fitting} gave them
   */
  void answer(List<Branch> sharing, List<EncodedQuestion> fitted, List<Generation> generations) {
    int before = open.size();
    for (int i = 0; i < fitted.size(); i++) {
      EncodedQuestion question = fitted.get(i);
      List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
      for (int b = 0; b < branches.size(); b++) {
        Share share = new Share(b, branches.size());
        open.add(new AnsweredRow(question, branches.get(b), generations.get(i), share));
      }
    }
    request.made().accept(open.size() - before);
  }

  private boolean isOpen(EncodedQuestion question, int method) {
    return answers[index(question.index(), method)] == null;
  }

  /** Fails those of these questions that one method has not answered. */
  void fail(int method, List<EncodedQuestion> questions, String error) {
    for (EncodedQuestion question : questions) {
      if (isOpen(question, method)) {
        fail(question.index(), method, error);
      }
    }
  }

  /** Fails every question that is not answered. */
  void failOpen(String error) {
    open.clear();
    for (int m = 0; m < request.reducers().size(); m++) {
      fail(m, asked, error);
    }
  }

  private void fail(int question, int method, String error) {
    answers[index(question, method)] =
        Answer.failed(question, request.reducers().get(method).spec().toString(), error);
  }

  private int index(int question, int method) {
    return question * request.reducers().size() + method;
  }

  /** Returns all answers, question by question, under each the methods in the request's order. */
  List<Answer> answers() {
    // Shares do not depend on which answers came first.
    open.sort(
        Comparator.comparingInt((AnsweredRow row) -> row.branch().method())
            .thenComparingInt(row -> row.asked().index()));
    List<Answer> charged = new Charges(loaded, cost, open, shared).answers();
    for (int i = 0; i < charged.size(); i++) {
      AnsweredRow row = open.get(i);
      answers[index(row.asked().index(), row.branch().method())] = charged.get(i);
    }
    return List.of(answers);
  }
}
