package io.prumerge.benchmark.refcoco;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.pickle.PickleException;
import io.prumerge.pickle.PlainPickle;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** Converts RefCOCO's phrases, in any layout. Each is a question. */
final class RefQuestions {

  private static final String REFS = "refs(";
  private static final String INSTANCES = "instances.json";
  private static final String ENDING = ").p";

  /** The largest published file has 100 MB. */
  private static final int MOST_PICKLE_BYTES = 1 << 29;

  private static final String TEST = "test";
  private static final String NO_CATEGORY = "default";

  /**
   * How a table names an object's image: the number of its annotation is put after that of the
   * image.
   */
  private static final Pattern OBJECT = Pattern.compile("(?<=_\\d{12})_\\d+(?=\\.jpg$)");

  private final RefCoco benchmark;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;

  RefQuestions(RefCoco benchmark, PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.benchmark = benchmark;
    this.prompts = prompts;
    this.sink = sink;
  }

  /**
   * Reads the questions of one split.
   *
   * @param partition to read if there are files of several
   */
  void read(SourceFiles source, String partition) throws IOException {
    Optional<Path> refs = refs(source, partition);
    if (refs.isPresent()) {
      read(refs.get(), source);
      return;
    }
    HuggingFaceTable table =
        QuestionFile.table(
            source,
            List.of(new SplitFiles(REFS, "", ENDING, benchmark.name())),
            benchmark.defaultSplit(),
            "question_id",
            "image",
            "answer",
            "bbox");
    source
        .leftOut()
        .<HuggingFaceRow>read(
            rows ->
                table.read(
                    Set.of("question_id", "answer", "bbox"), Set.of("file_name", "image"), rows),
            this::hub);
  }

  /** Files given by name take precedence over files in folders. */
  private Optional<Path> refs(SourceFiles source, String partition) throws IOException {
    List<Path> all = source.matching(REFS, ENDING, benchmark.name());
    List<Path> named = all.stream().filter(source.files()::contains).toList();
    List<Path> found = named.isEmpty() ? all : named;
    Optional<Path> usual =
        found.stream().filter(file -> file.getName().equals(REFS + partition + ENDING)).findFirst();
    if (usual.isEmpty() && found.size() > 1) {
      throw new DataException(
          Wording.of(
              "Several partitions in %s: %s; give the file of one of them as one more %s",
              source.described(),
              String.join(", ", found.stream().map(Path::getName).toList()),
              Setting.SOURCE));
    }
    return usual.or(() -> found.stream().findFirst());
  }

  /** Reads lichengunc's files: phrases by object, objects, and images with their sizes. */
  private void read(Path refs, SourceFiles source) throws IOException {
    Path instances =
        source
            .find(INSTANCES, benchmark.name())
            .orElseThrow(
                () ->
                    new DataException(
                        Wording.of(
                            "No %s next to %s, which names boxes by their ids there; give it as one"
                                + " more %s",
                            INSTANCES, refs.getName(), Setting.SOURCE)));
    String split = source.split().orElse(benchmark.defaultSplit());
    List<JsonLine> objects = objects(refs, split, source);
    source.reads(split);
    SideRows<String, BoundingBox> boxes = boxes(instances, objects, source);
    SideRows<String, JsonLine> images = new SideRows<>(source.leftOut());
    JsonItems.arrayIn(
        instances,
        "images",
        source.hadoop(),
        source.leftOut().beside("images of " + INSTANCES),
        line -> images.put(line.id("id").asText(), line));
    source.leftOut().read(objects::forEach, object -> official(object, boxes, images));
  }

  /** Returns the boxes of objects by the ids of their annotations. */
  private static SideRows<String, BoundingBox> boxes(
      Path instances, List<JsonLine> objects, SourceFiles source) throws IOException {
    Set<String> wanted = new HashSet<>();
    objects.forEach(object -> wanted.add(object.object().path("ann_id").asText()));
    SideRows<String, BoundingBox> boxes = new SideRows<>(source.leftOut());
    JsonItems.arrayIn(
        instances,
        "annotations",
        source.hadoop(),
        source.leftOut().beside("annotations of " + INSTANCES),
        line -> {
          String id = line.id("id").asText();
          if (wanted.contains(id)) {
            boxes.put(id, box(numbers(line), line::error));
          } else {
            boxes.passUnasked();
          }
        });
    return boxes;
  }

  /** Returns a split's objects; their line is their number in the file, from 1. */
  private static List<JsonLine> objects(Path refs, String split, SourceFiles source)
      throws IOException {
    List<JsonLine> objects = new ArrayList<>();
    Set<String> splits = new LinkedHashSet<>();
    int[] count = {0};
    try {
      PlainPickle.elements(
          bytes(refs, source),
          element -> {
            JsonLine object = new JsonLine(refs.getName(), ++count[0], element);
            String own = object.text("split");
            splits.add(own);
            if (split.equals(TEST) ? own.startsWith(TEST) : own.equals(split)) {
              objects.add(object);
            }
          });
    } catch (PickleException e) {
      throw new DataException(
          Text.format("%s cannot be read: %s", refs.getName(), e.getMessage()), e);
    }
    if (objects.isEmpty()) {
      throw new DataException(
          Wording.of(
              "%s has no object of split %s; its splits, for %s: %s",
              refs.getName(), split, Setting.SPLIT, String.join(", ", splits)));
    }
    source.leftOut().account().addOfOtherSplits(count[0] - objects.size());
    return objects;
  }

  private static byte[] bytes(Path refs, SourceFiles source) throws IOException {
    try (InputStream in = refs.getFileSystem(source.hadoop()).open(refs)) {
      byte[] bytes = in.readNBytes(MOST_PICKLE_BYTES);
      if (bytes.length == MOST_PICKLE_BYTES) {
        throw new DataException(
            refs.getName() + " has more than " + (MOST_PICKLE_BYTES - 1) + " bytes");
      }
      return bytes;
    }
  }

  /** An object of lichengunc's file, whose phrases are questions. */
  private void official(
      JsonLine object, SideRows<String, BoundingBox> boxes, SideRows<String, JsonLine> images) {
    BoundingBox box = boxes.get(object.id("ann_id").asText());
    JsonLine image = images.get(object.id("image_id").asText());
    if (box == null || image == null) {
      throw object
          .error(
              Text.format(
                  box == null ? "annotation %s is not in %s" : "image %s is not in %s",
                  object.id(box == null ? "ann_id" : "image_id").asText(),
                  INSTANCES))
          .unmatched();
    }
    ImagePlace place = new ImagePlace.InFolder(ImageName.checked(image.text("file_name"), image));
    int width = pixels(image, "width");
    int height = pixels(image, "height");
    JsonNode sentences = object.object().path("sentences");
    if (!sentences.isArray() || sentences.isEmpty()) {
      throw object.error("\"sentences\" must be a list of phrases, it is " + sentences);
    }
    for (JsonNode sentence : sentences) {
      JsonLine phrase = new JsonLine(object.file(), object.number(), sentence);
      sink.accept(
          question(phrase.id("sent_id"), place, phrase.text("sent"), box).sized(width, height));
    }
  }

  private static int pixels(JsonLine image, String name) {
    JsonNode value = image.object().path(name);
    if (!value.isInt() || value.intValue() < 1) {
      throw image.error(Text.format("\"%s\" must be a number of pixels, it is %s", name, value));
    }
    return value.intValue();
  }

  /** A row of a table, with one phrase or all of an object. */
  private void hub(HuggingFaceRow row) {
    JsonNode id = row.id("question_id");
    String name =
        row.optionalText("file_name")
            .map(file -> OBJECT.matcher(file).replaceFirst(""))
            .orElse(id.asText());
    ImagePlace image = row.place("image", name, 0).orElseThrow(() -> row.error("'image' is null"));
    BoundingBox box = box(row.numbers("bbox"), row::error);
    for (String phrase : row.textOrTexts("answer")) {
      sink.accept(question(id, image, phrase, box));
    }
  }

  private BenchmarkQuestion question(
      JsonNode id, ImagePlace image, String phrase, BoundingBox box) {
    return BenchmarkQuestion.of(
        id,
        Optional.of(image),
        prompts.prompt(benchmark.name(), PromptParts.of(phrase)),
        phrase,
        NO_CATEGORY,
        List.of(box.toString()),
        RefCoco.LONGEST_BOX);
  }

  private static List<Double> numbers(JsonLine line) {
    List<Double> numbers = new ArrayList<>();
    line.object().path("bbox").forEach(number -> numbers.add(number.asDouble(Double.NaN)));
    return numbers;
  }

  /** Returns COCO's box: left, top, width and height. */
  private static BoundingBox box(List<Double> numbers, Function<String, DataException> error) {
    boolean sized =
        numbers.size() == 4
            && numbers.stream().allMatch(Double::isFinite)
            && numbers.get(2) > 0
            && numbers.get(3) > 0;
    if (!sized) {
      throw error.apply("\"bbox\" must be left, top, width and height in pixels, it is " + numbers);
    }
    double left = numbers.get(0);
    double top = numbers.get(1);
    return new BoundingBox(left, top, left + numbers.get(2), top + numbers.get(3));
  }
}
