package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.WordQuestions;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** TextVQA (Singh et al., 2019): three questions about every picture with a word. */
final class TextVqaWriter implements MiniBenchmark {

  static final String WHOLE = "whole";
  private static final int QUESTIONS = 3;

  /** Words that TextVQA's answer processor deletes, so any answer would be right. */
  private static final Set<String> ARTICLES = Set.of("A", "AN", "THE");

  private final Balance balance = new Balance();
  private final TextVqaFiles files;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  TextVqaWriter(Path folder, Split split) throws IOException {
    files = new TextVqaFiles(folder, split, "Sign");
  }

  @Override
  public String name() {
    return "textvqa";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    if (picture.scene().word().isEmpty()) {
      return;
    }
    PrintedWord word = picture.scene().word().get();
    SceneRandom random = picture.random(name());
    List<OpenQuestion> chosen = chosen(word, random);
    if (chosen.isEmpty()) {
      return;
    }
    String id = Text.format("%016x", random.next());
    picture.write(files.image(id));
    files.add(id, chosen, OcrReader.tokens(word, random), word.box(), random);
    tally = tally.with(chosen.size());
  }

  private List<OpenQuestion> chosen(PrintedWord word, SceneRandom random) {
    List<OpenQuestion> open =
        new ArrayList<>(
            WordQuestions.of(word).stream()
                .filter(question -> !ARTICLES.contains(question.answer()))
                .toList());
    random.shuffle(open);
    List<OpenQuestion> chosen = new ArrayList<>();
    open.stream().filter(question -> question.form().equals(WHOLE)).forEach(chosen::add);
    open.removeAll(chosen);
    while (chosen.size() < QUESTIONS && !open.isEmpty()) {
      OpenQuestion question = balance.rarest(open, OpenQuestion::form);
      chosen.add(question);
      open.remove(question);
    }
    return chosen;
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
