package io.prumerge.view;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import io.prumerge.report.page.CardView;
import io.prumerge.report.page.PictureCopy;
import io.prumerge.report.page.SampledFrame;
import io.prumerge.report.page.SampledVideo;
import io.prumerge.report.page.SeenImages;
import io.prumerge.report.page.SmallPicture;
import io.prumerge.report.page.ViewLink;
import io.prumerge.run.ModelRun;
import io.prumerge.source.ImagePlace;
import io.prumerge.template.Templates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The pages of a viewer: the list of questions, and one question. */
final class ViewPages {

  private static final String ABSENT = "–";

  private final AskedMethods methods;
  private final Viewer viewer;

  /** A choice of a select element. */
  private record Choice(String value, String label, String selected) {}

  /** A name with its value. */
  record Fact(String name, String value) {}

  /**
   * The page with the list.
   *
   * @param title the models
   * @param values the link's values, by the names of its parameters
   * @param command what shows this page of a copy of the runs
   * @param unfinished messages about unfinished runs
   * @param gaps messages about tables of pictures that cannot be read
   */
  record ListPage(
      String title,
      List<Fact> facts,
      Values values,
      Selects selects,
      String command,
      List<String> unfinished,
      List<String> gaps) {}

  /** What the fields of the list's form hold. */
  private record Values(
      String benchmark,
      String split,
      String category,
      String error,
      String min,
      String max,
      String text,
      String sort) {}

  /** The select elements whose choices are known from the start. */
  private record Selects(
      List<Choice> methods, List<Choice> results, List<Choice> right, List<Choice> wrong) {}

  /**
   * The page of one question.
   *
   * @param title the question's key
   * @param truth empty without a reference
   * @param images of the prompt, as the pictures are drawn
   * @param videos the prompt's video under each protocol
   * @param links to the list and the questions before and after this one
   */
  private record QuestionPage(
      String title,
      String prompt,
      String truth,
      List<Fact> facts,
      List<Drawn> images,
      List<Video> videos,
      String imageNote,
      List<Line> lines,
      Links links,
      String command) {}

  /** The links of a question's page. */
  private record Links(String list, String before, String after) {}

  /**
   * Frames of a video.
   *
   * @param caption how many are shown of how many that which protocol chose, or why none
   */
  record Video(String caption, List<Frame> frames) {}

  /**
   * A frame of a video.
   *
   * @param url empty if it cannot be shown
   * @param name its place and its time, if that is known
   */
  record Frame(String url, String name) {}

  /** A picture of the page, which tiles refer to. */
  record Drawn(String id, String url) {}

  /**
   * An answer.
   *
   * @param number of the method, from 1
   * @param said empty for an answer without text
   * @param picture id of its picture; empty if there is none to draw on
   */
  private record Line(
      int number,
      String method,
      String mark,
      String style,
      String said,
      String parsed,
      String score,
      String tokens,
      String tokensNote,
      String ms,
      List<Fact> times,
      String picture,
      List<CardView> views,
      String note) {}

  ViewPages(Viewer viewer) {
    this.viewer = viewer;
    this.methods = viewer.methods();
  }

  /** Returns the list's page as HTML. */
  String list(QueryParameters link) {
    QuestionFilter.of(link, methods); // a wrong link is said at once
    List<ModelRun> runs = methods.runs();
    return Templates.html(
        ViewPages.class,
        "view",
        new ListPage(
            runs.stream().map(ModelRun::model).distinct().collect(Collectors.joining(" and ")),
            List.of(
                new Fact("runs", Integer.toString(runs.size())),
                new Fact("methods", Integer.toString(methods.names().size()))),
            new Values(
                value(link, "benchmark"),
                value(link, "split"),
                value(link, "category"),
                value(link, "error"),
                value(link, "min"),
                value(link, "max"),
                value(link, "text"),
                value(link, "sort")),
            new Selects(
                choices(link, "method", methods.names()),
                choices(
                    link,
                    "result",
                    Stream.of(AnswerResult.values())
                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                        .toList()),
                choices(link, "right", methods.names()),
                choices(link, "wrong", methods.names())),
            ViewLink.command("", link.values()),
            viewer.unfinished(),
            viewer.pictures().gaps()),
        new Object());
  }

  private static String value(QueryParameters link, String name) {
    return link.text(name).orElse("");
  }

  private static List<Choice> choices(QueryParameters link, String name, List<String> values) {
    String chosen = value(link, name);
    return values.stream()
        .map(value -> new Choice(value, value, value.equals(chosen) ? "selected" : ""))
        .toList();
  }

  /** Returns a question's page as HTML; empty if there is no such question. */
  Optional<String> question(QueryParameters link) throws IOException {
    QuestionKey key = QuestionKey.named(link);
    QuestionFilter.of(link, methods);
    Optional<OneQuestion> found = viewer.question(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    OneQuestion question = found.get();
    Map<ImageAspect, Optional<PictureCopy>> pictures = new LinkedHashMap<>();
    List<Line> lines = new ArrayList<>();
    for (MethodAnswer answer : question.answers()) {
      lines.add(line(question, answer, pictures));
    }
    return Optional.of(
        Templates.html(
            ViewPages.class,
            "question",
            new QuestionPage(
                key.benchmark() + " · " + key.split() + " · " + key.id(),
                question.prompt() == null ? "" : question.prompt(),
                question.truth() == null ? "" : question.truth(),
                facts(question),
                drawn(question, pictures),
                videos(question),
                imageNote(question, pictures),
                lines,
                links(link, key),
                ViewLink.command(ViewLink.QUESTION, link.values())),
            Map.of("breakable", Templates.breakable())));
  }

  private List<Fact> facts(OneQuestion question) {
    return Stream.of(
            new Fact("benchmark", question.key().benchmark()),
            new Fact("split", question.key().split()),
            new Fact("question", question.key().id()),
            new Fact("category", question.category()),
            new Fact(protocols(question).isEmpty() ? "picture" : "video", question.image()),
            new Fact("frames by", String.join(", ", protocols(question))))
        .filter(fact -> fact.value() != null && !fact.value().isEmpty())
        .toList();
  }

  /** Returns the protocols of the answers; none if they are about pictures. */
  private List<String> protocols(OneQuestion question) {
    return question.answers().stream()
        .map(answer -> methods.protocol(answer.method()))
        .filter(protocol -> !protocol.isEmpty())
        .distinct()
        .toList();
  }

  private List<Video> videos(OneQuestion question) throws IOException {
    List<Video> videos = new ArrayList<>();
    for (String protocol : protocols(question)) {
      videos.add(video(question, protocol));
    }
    return videos;
  }

  private Video video(OneQuestion question, String protocol) throws IOException {
    Optional<SampledVideo> found = viewer.video(question, protocol);
    if (found.isEmpty()) {
      return new Video(
          Text.format(
              "The frames of %s are not here: no table of examples has them as the run saw them.",
              protocol),
          List.of());
    }
    SampledVideo video = found.get();
    List<Frame> frames =
        video.frames().stream().map(one -> frame(question, protocol, one)).toList();
    return new Video(video.caption(protocol), frames);
  }

  private static Frame frame(OneQuestion question, String protocol, SampledFrame frame) {
    Map<String, String> link = new LinkedHashMap<>();
    question.key().unranked().addTo(link);
    link.put("protocol", protocol);
    link.put("number", Integer.toString(frame.number()));
    return new Frame(
        frame.copy().picture().isPresent() ? "picture?" + ViewLink.parameters(link) : "",
        frame.name());
  }

  private static Links links(QueryParameters link, QuestionKey key) {
    Map<String, String> list = new LinkedHashMap<>();
    QuestionFilter.copy(link, list);
    Map<String, String> here = new LinkedHashMap<>(list);
    key.addTo(here);
    String step = "step?" + ViewLink.parameters(here);
    return new Links(
        "./" + (list.isEmpty() ? "" : "?" + ViewLink.parameters(list)),
        step + "&page=before",
        step + "&page=after");
  }

  private Line line(
      OneQuestion question, MethodAnswer answer, Map<ImageAspect, Optional<PictureCopy>> pictures)
      throws IOException {
    SeenImages seen = methods.seen(answer.method());
    String protocol = methods.protocol(answer.method());
    if (!pictures.containsKey(seen.aspect()) && protocol.isEmpty()) {
      pictures.put(seen.aspect(), viewer.picture(question, seen.aspect(), 0));
    }
    Optional<SmallPicture> picture =
        protocol.isEmpty()
            ? pictures.get(seen.aspect()).flatMap(PictureCopy::picture)
            : Optional.empty();
    boolean several = isSeveral(question);
    boolean drawable = picture.isPresent() && !several;
    TokenCounts tokens = answer.tokens();
    String method = answer.method() < 0 ? "?" : methods.names().get(answer.method());
    String said =
        answer.said().error() != null
            ? answer.said().error()
            : Objects.requireNonNullElse(answer.said().answer(), "").strip();
    Double score = answer.said().score();
    return new Line(
        answer.method() + 1,
        method,
        answer.said().grade().mark(),
        answer.said().grade().style(),
        said,
        Objects.requireNonNullElse(answer.said().parsed(), ""),
        score == null ? ABSENT : number(score, 2),
        tokens.after() == null
            ? ABSENT
            : tokens.before() == null
                ? tokens.after().toString()
                : tokens.after() + " of " + tokens.before(),
        tokensNote(answer),
        number(answer.times().total(), 1),
        times(answer, protocol),
        drawable ? "picture-" + seen.aspect().name().toLowerCase(Locale.ROOT) : "",
        drawable
            ? seen.views(
                tokens.before(), picture.get().width(), picture.get().height(), answer.kept())
            : List.of(),
        drawable
            ? seen.gap(
                tokens.before(), picture.get().width(), picture.get().height(), answer.kept())
            : "");
  }

  private static String tokensNote(MethodAnswer answer) {
    TokenCounts tokens = answer.tokens();
    List<String> notes = new ArrayList<>();
    if (answer.sized() != null) {
      notes.add(answer.sized());
    }
    if (tokens.perLayer() != null
        && tokens.after() != null
        && Math.abs(tokens.perLayer() - tokens.after()) > 0.05) {
      notes.add(number(tokens.perLayer(), 1) + " in a layer, mean");
    }
    return String.join("; ", notes);
  }

  private static List<Fact> times(MethodAnswer answer, String protocol) {
    AnswerTimes times = answer.times();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("preprocess", times.preprocess());
    all.put("vision", times.vision());
    all.put("reduction", times.reduction());
    all.put("prefill", times.prefill());
    all.put("decode", times.decode());
    all.put("request", times.request());
    List<Fact> facts = new ArrayList<>();
    all.forEach(
        (name, time) -> {
          if (time != null) {
            facts.add(new Fact(name, number((Double) time, 1) + " ms"));
          }
        });
    if (answer.tokens().prompt() != null) {
      facts.add(new Fact("prompt", Texts.count(answer.tokens().prompt(), "token")));
    }
    if (answer.tokens().generated() != null) {
      facts.add(new Fact("generated", Texts.count(answer.tokens().generated(), "token")));
    }
    if (!protocol.isEmpty()) {
      facts.add(new Fact("frames by", protocol));
    }
    if (answer.said().finish() != null) {
      facts.add(new Fact("ended by", answer.said().finish()));
    }
    return facts;
  }

  private static String number(Double value, int digits) {
    return value == null ? ABSENT : Text.format("%." + digits + "f", value);
  }

  private static boolean isSeveral(OneQuestion question) {
    return question.image() != null && question.image().startsWith(ImagePlace.Several.START);
  }

  private List<Drawn> drawn(
      OneQuestion question, Map<ImageAspect, Optional<PictureCopy>> pictures) {
    List<Drawn> drawn = new ArrayList<>();
    pictures.forEach(
        (aspect, picture) -> {
          if (picture.flatMap(PictureCopy::picture).isPresent()) {
            String name = aspect.name().toLowerCase(Locale.ROOT);
            int count = isSeveral(question) ? ImagePlace.Several.ids(question.image()).size() : 1;
            IntStream.range(0, count)
                .mapToObj(i -> new Drawn("picture-" + name, url(question, name, i)))
                .forEach(drawn::add);
          }
        });
    return drawn;
  }

  private static String url(OneQuestion question, String aspect, int number) {
    Map<String, String> link = new LinkedHashMap<>();
    question.key().unranked().addTo(link);
    link.put("aspect", aspect);
    link.put("number", Integer.toString(number));
    return "picture?" + ViewLink.parameters(link);
  }

  private String imageNote(OneQuestion question, Map<ImageAspect, Optional<PictureCopy>> pictures) {
    if (question.image() == null) {
      return "This question has no picture.";
    }
    if (!protocols(question).isEmpty()) {
      return "Kept patches of videos are not drawn.";
    }
    List<PictureCopy> copies = pictures.values().stream().flatMap(Optional::stream).toList();
    Optional<String> gap =
        copies.stream().map(PictureCopy::gap).filter(why -> !why.isEmpty()).findFirst();
    if (gap.isPresent()) {
      return Text.format("The picture is not shown: %s.", gap.get());
    }
    if (copies.isEmpty()) {
      List<String> gaps = viewer.pictures().gaps();
      return Text.format(
          "The picture is not here: %s%s. Name the tables with %s.",
          gaps.isEmpty() ? "no table of examples has it as the run saw it" : gaps.get(0),
          gaps.size() > 1 ? ", nor are " + (gaps.size() - 1) + " other tables here" : "",
          Setting.EXAMPLES.flag());
    }
    return isSeveral(question) ? "Kept patches of several pictures are not drawn." : "";
  }
}
