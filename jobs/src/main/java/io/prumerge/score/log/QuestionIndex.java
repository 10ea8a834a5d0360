package io.prumerge.score.log;

import io.prumerge.benchmark.BenchmarkQuestion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * All questions of a split, with what rows of logs name them by. The driver holds them: about half
 * a kilobyte each.
 */
public final class QuestionIndex {

  private final List<IndexedQuestion> questions = new ArrayList<>();
  private final Postings ids = new Postings();
  private final Postings pictures = new Postings();
  private final BitSet repeated = new BitSet();

  private QuestionIndex() {}

  /**
   * Reads all questions.
   *
   * @param all in the order of the benchmark's files, under ids that differ
   */
  public static QuestionIndex of(Iterator<BenchmarkQuestion> all) {
    QuestionIndex index = new QuestionIndex();
    Map<String, Integer> texts = new HashMap<>();
    while (all.hasNext()) {
      index.add(all.next(), texts);
    }
    return index;
  }

  private void add(BenchmarkQuestion question, Map<String, Integer> texts) {
    int number = questions.size();
    IndexedQuestion indexed = IndexedQuestion.of(question);
    questions.add(indexed);
    ids.add(question.id(), number);
    if (question.extra().containsKey(BenchmarkQuestion.FILE_ID)) {
      ids.add(question.fileId().asText(), number);
    }
    for (String picture : indexed.pictures()) {
      pictures.add(PictureName.stem(picture), number);
    }
    Integer before = texts.putIfAbsent(Agreement.folded(indexed.question()), number);
    if (before != null) {
      repeated.set(before);
      repeated.set(number);
    }
  }

  /** Returns the number of questions. */
  public int size() {
    return questions.size();
  }

  /** Returns the question at a position, from 0. */
  IndexedQuestion question(int number) {
    return questions.get(number);
  }

  /** Returns whether the text of a question is that of another one, too. */
  boolean isRepeated(int number) {
    return repeated.get(number);
  }

  /** Returns the questions that this project or the benchmark's files call so. */
  int[] called(String id) {
    return ids.of(id);
  }

  /** Returns the questions about a picture. */
  List<Integer> about(String picture) {
    List<Integer> found = new ArrayList<>();
    for (int number : pictures.of(PictureName.stem(picture))) {
      if (questions.get(number).pictures().stream()
          .anyMatch(name -> PictureName.same(name, picture))) {
        found.add(number);
      }
    }
    return found;
  }
}
