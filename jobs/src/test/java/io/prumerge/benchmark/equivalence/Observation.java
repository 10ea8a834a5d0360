package io.prumerge.benchmark.equivalence;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * What a benchmark says and does, as texts by what they are about: two benchmarks that are the same
 * have the same. Messages are not among them, but the places that they name.
 */
final class Observation {

  /** A file and line, or row, that a message is about. */
  private static final Pattern PLACE =
      Pattern.compile("[\\w.\\-]+\\.(?:jsonl?|parquet):(?:row )?\\d+(?=: )");

  private static final Pattern FILE = Pattern.compile("[\\w.\\-]+\\.(?:jsonl?|parquet)");

  private final Benchmark benchmark;
  private final Map<String, String> facts = new LinkedHashMap<>();

  private Observation(Benchmark benchmark) {
    this.benchmark = benchmark;
  }

  /** Returns what a benchmark says without any files. */
  static Map<String, String> ofItself(Benchmark benchmark) {
    Observation seen = new Observation(benchmark);
    seen.say();
    return seen.facts;
  }

  /**
   * Returns what a benchmark makes of files under all prompts and scoring profiles.
   *
   * @param split empty is the default
   * @param folder of the files
   * @param scratch an empty folder
   */
  static Map<String, String> of(Benchmark benchmark, String split, Path folder, Path scratch)
      throws IOException {
    Observation seen = new Observation(benchmark);
    for (String prompts : PromptProfile.names()) {
      seen.read(split, folder, prompts);
    }
    List<BenchmarkQuestion> questions = seen.read(split, folder, PromptProfile.LLAVA.name());
    for (int i = 0; i < questions.size(); i++) {
      seen.score(i, questions.get(i));
    }
    Path answers = seen.submit(questions, split, folder, scratch);
    seen.readAnswers(questions, answers, scratch);
    return seen.facts;
  }

  /** Returns what a benchmark reads in files with LLaVA's prompts. */
  static Map<String, String> ofReading(Benchmark benchmark, String split, Path folder)
      throws IOException {
    Observation seen = new Observation(benchmark);
    seen.read(split, folder, PromptProfile.LLAVA.name());
    return seen.facts;
  }

  private void say() {
    facts.put("name", benchmark.name());
    facts.put("default split", benchmark.defaultSplit());
    facts.put("profiles", benchmark.profiles().toString());
    facts.put("default prompts", benchmark.prompts(Optional.empty()).name());
    facts.put("data on the hub", benchmark.hubData().toString());
    facts.put(
        "flags",
        "%b %b %b %b %b %s"
            .formatted(
                benchmark.repeatsIds(),
                benchmark.needsImageSize(),
                benchmark.joinsImages(),
                benchmark.turnsPictures(),
                benchmark.showsVideos(),
                benchmark.judging().isPresent()));
    facts.put("is handed in", Boolean.toString(benchmark.submission().isPresent()));
    for (String profile : benchmark.profiles()) {
      facts.put("figures, " + profile, benchmark.metrics(profile).toString());
      facts.put("parsers, " + profile, benchmark.parsers(profile).toString());
      facts.put("drawing, " + profile, benchmark.drawing(profile).toString());
      facts.put("corpus, " + profile, Boolean.toString(benchmark.corpus(profile).isPresent()));
      facts.put("judging, " + profile, Boolean.toString(benchmark.judging(profile).isPresent()));
    }
  }

  private List<BenchmarkQuestion> read(String split, Path folder, String prompts)
      throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = source(split, folder);
    String about = "prompts " + prompts + ", ";
    try {
      PromptProfile profile = benchmark.prompts(Optional.of(prompts));
      benchmark.read(source, profile, source.leftOut().account().counting(questions::add));
      facts.put(about + "questions", Integer.toString(questions.size()));
      leftOut(about, source.leftOut());
      facts.put(about + "notes", source.notes().toString());
      facts.put(about + "splits read", new TreeSet<>(source.splitsRead()).toString());
    } catch (DataException | IllegalArgumentException e) {
      facts.put(about + "refused", refusal(e.getMessage(), folder));
      questions.clear();
    }
    for (int i = 0; i < questions.size(); i++) {
      say(about + "question " + i + ", ", questions.get(i));
    }
    return questions;
  }

  private static SourceFiles source(String split, Path folder) throws IOException {
    return Reading.source(Optional.of(split).filter(name -> !name.isEmpty()), folder);
  }

  private void leftOut(String about, LeftOutRows leftOut) {
    facts.put(about + "rows left out", Long.toString(leftOut.count()));
    facts.put(about + "rows left out without an id", Long.toString(leftOut.unnamed()));
    facts.put(about + "ids left out", new TreeSet<>(leftOut.ids()).toString());
    facts.put(
        about + "places left out", all(PLACE, String.join("\n", leftOut.warnings())).toString());
    facts.put(
        about + "rows",
        leftOut.account().counts().toString().replaceAll("leftOutBy=\\{.*?\\}(?=, )", ""));
    facts.put(about + "rows of other files", leftOut.account().sides().toString());
  }

  /** Returns the place that a message names first, or else the files of the folder. */
  private static String refusal(String message, Path folder) throws IOException {
    Set<String> places = all(PLACE, message);
    if (!places.isEmpty()) {
      return "at " + places.iterator().next();
    }
    Set<String> named = new TreeSet<>(all(FILE, message));
    try (Stream<Path> files = Files.walk(folder)) {
      named.retainAll(files.map(file -> file.getFileName().toString()).toList());
    }
    return "for " + named;
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new LinkedHashSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private void say(String about, BenchmarkQuestion question) {
    facts.put(about + "id", question.id());
    facts.put(about + "image", question.image().map(ImagePlace::id).toString());
    facts.put(about + "prompt", question.prompt());
    facts.put(about + "new tokens", question.maxNewTokens().toString());
    facts.put(about + "text", question.question());
    facts.put(about + "category", question.category());
    facts.put(about + "answers", question.answers().toString());
    facts.put(about + "options", question.options().toString());
    facts.put(about + "further values", question.extra().toString());
    facts.put(about + "gold", benchmark.gold(question.reference()).toString());
    facts.put(about + "key", benchmark.key(question));
  }

  private void score(int index, BenchmarkQuestion question) {
    String about = "question " + index + ", ";
    List<String> groups = new ArrayList<>(List.of(question.category()));
    question.extra().getOrDefault(BenchmarkQuestion.GROUPS, "").lines().forEach(groups::add);
    groups.forEach(group -> facts.put("kind of " + group, benchmark.kindOf(group)));
    for (String prompt :
        List.of(
            question.prompt(),
            question.question().toUpperCase(Locale.ROOT),
            " " + question.question().replace(" ", "  ") + "\nAnswer.",
            "Is it another one?")) {
      facts.put(
          about + "is asked by '" + prompt + "'",
          Boolean.toString(benchmark.asks(prompt, question)));
    }
    if (benchmark.gold(question.reference()).isEmpty()) {
      return;
    }
    facts.put(about + "chance", Double.toString(benchmark.chance(question.reference())));
    facts.put(about + "right letters", benchmark.rightLetters(question.reference()).toString());
    for (String profile : benchmark.profiles()) {
      facts.put(
          about + "addends of an error, " + profile,
          benchmark.addendsOfError(profile, question.reference()).toString());
      if (benchmark.judging(profile).isEmpty() && benchmark.corpus(profile).isEmpty()) {
        for (String answer : SpokenAnswers.to(question)) {
          facts.put(
              about + "'" + answer + "' scored by " + profile,
              benchmark.score(profile, answer, question.reference()).toString());
        }
      }
    }
  }

  /** Returns the folder of the submission of made-up answers. */
  private Path submit(List<BenchmarkQuestion> questions, String split, Path folder, Path scratch)
      throws IOException {
    Path written = Files.createDirectories(scratch.resolve("submission"));
    if (benchmark.submission().isPresent() && !questions.isEmpty()) {
      Submission submission = benchmark.submission().get().of(source(split, folder));
      List<AnsweredQuestion> answered = new ArrayList<>();
      for (int i = 0; i < questions.size(); i++) {
        answered.add(
            new AnsweredQuestion(questions.get(i), SpokenAnswers.to(questions.get(i)).get(i)));
      }
      submission.write(answered.iterator(), Reading.path(written), Reading.HADOOP);
      for (Path file : files(written)) {
        facts.put(
            "submission, " + written.relativize(file),
            Files.readString(file, StandardCharsets.ISO_8859_1)); // each byte is a character
      }
    }
    return written;
  }

  /** Returns all files below a folder, without Hadoop's checksums. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  private void readAnswers(List<BenchmarkQuestion> questions, Path submission, Path scratch)
      throws IOException {
    if (questions.isEmpty()) {
      return;
    }
    for (Path file : files(submission)) {
      readAnswers("submission again, " + file.getFileName(), file);
    }
    for (MadeFile file : answerFiles(questions)) {
      Map<String, MadeFile> all = new LinkedHashMap<>(Map.of("as it is", file));
      all.putAll(file.changed());
      for (Map.Entry<String, MadeFile> one : all.entrySet()) {
        Path place = scratch.resolve("answers");
        FileUtils.deleteDirectory(place.toFile());
        one.getValue().write(place);
        readAnswers("answers in " + file.name() + " " + one.getKey(), place.resolve(file.name()));
      }
    }
  }

  /** Returns files of answers as the tools write them from which benchmarks read any. */
  private static List<MadeFile> answerFiles(List<BenchmarkQuestion> questions) {
    return List.of(
        answers("llava.jsonl", questions, "question_id", "prompt", "text"),
        answers("random.json", questions, "", "question", "answer"),
        answers("lines.jsonl", questions, "question_id", "", "prediction"));
  }

  private static MadeFile answers(
      String name, List<BenchmarkQuestion> questions, String id, String prompt, String answer) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      BenchmarkQuestion question = questions.get(i);
      ObjectNode item = JsonNodeFactory.instance.objectNode();
      if (!id.isEmpty()) {
        item.set(id, question.fileId());
      }
      if (!prompt.isEmpty()) {
        item.put(prompt, question.prompt());
      }
      items.add(
          item.put(answer, SpokenAnswers.to(question).get(i)).put("model_id", "m").toString());
    }
    return MadeFile.lines(name, items.toArray(String[]::new));
  }

  private void readAnswers(String about, Path file) throws IOException {
    org.apache.hadoop.fs.Path path = Reading.path(file);
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(path, Reading.HADOOP)) {
        List<GivenAnswer> given = new ArrayList<>();
        LeftOutRows leftOut = new LeftOutRows();
        try {
          format.read(path, Reading.HADOOP, leftOut, given::add);
          facts.put(about, given.toString());
          facts.put(about + ", left out", leftOut.count() + " " + all(PLACE, leftOut.reasons()));
        } catch (DataException e) {
          facts.put(about, refusal(e.getMessage(), file.getParent()));
        }
        return;
      }
    }
    facts.put(about, "not recognised");
  }
}
