package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoColumnsTest {

  private static final String FOLDERS =
      """
      name: x
      data: x
      columns: {id: id, video: video, video_folder: place, start: from, end: to, fps: rate, question: q}
      texts:
        place: {of: _file, values: {count: clevrer/videos, order: perception}}
      """;

  @TempDir private Path folder;

  private List<ImagePlace> videos(String yaml, String name, String... rows) throws IOException {
    Path file = Files.write(folder.resolve(name), List.of(rows));
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, "x.yaml"), Optional.of(Reading.path(folder)));
    assertThat(benchmark.showsVideos()).isTrue();
    SourceFiles source = Reading.source(file, folder);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    assertThat(source.leftOut().warning()).isEmpty();
    return questions.stream().flatMap(question -> question.image().stream()).toList();
  }

  @Test
  void aRowNamesAVideoAndThePartOfIt() throws IOException {
    assertThat(
            videos(
                FOLDERS,
                "count.jsonl",
                "{\"id\": 1, \"video\": \"a.mp4\", \"q\": \"?\", \"from\": 1.5, \"to\": 12,"
                    + " \"rate\": 3}",
                "{\"id\": 2, \"video\": \"b.mp4\", \"q\": \"?\", \"from\": null, \"to\": null,"
                    + " \"rate\": \"29.97\"}",
                "{\"id\": 3, \"video\": \"a.mp4\", \"q\": \"?\", \"to\": 2.25}"))
        .containsExactly(
            new ImagePlace.Video("clevrer/videos/a.mp4", 1.5, 12.0, 3.0),
            new ImagePlace.Video("clevrer/videos/b.mp4", null, null, 29.97),
            new ImagePlace.Video("clevrer/videos/a.mp4", null, 2.25, null))
        .extracting(ImagePlace::id)
        .containsExactly(
            "clevrer/videos/a.mp4#t=1.5,12",
            "clevrer/videos/b.mp4",
            "clevrer/videos/a.mp4#t=,2.25");
  }

  @Test
  void ofSeveralFoldersTheFirstCountsThatIsThere() throws IOException {
    String yaml = FOLDERS.replace("video_folder: place", "video_folder: [other, place]");
    String row =
        "{\"id\": 1, \"video\": \"a\", \"q\": \"?\", \"other\": \"some/place\", \"from\": 1,"
            + " \"to\": 2, \"rate\": 3}";
    assertThat(videos(yaml, "count.jsonl", row))
        .extracting(ImagePlace::id)
        .containsExactly("a#t=1,2");
    Files.createDirectories(folder.resolve("clevrer").resolve("videos"));
    assertThat(videos(yaml, "count.jsonl", row))
        .extracting(ImagePlace::id)
        .containsExactly("clevrer/videos/a#t=1,2");
    Files.createDirectories(folder.resolve("some").resolve("place"));
    assertThat(videos(yaml, "count.jsonl", row))
        .extracting(ImagePlace::id)
        .containsExactly("some/place/a#t=1,2");
  }

  @Test
  void aColumnMayNameTheFolder() throws IOException {
    String yaml =
        """
        name: x
        data: x
        columns: {video: video, video_folder: task, question: q}
        """;
    assertThat(
            videos(
                yaml,
                "any.jsonl",
                "{\"video\": \"a\", \"q\": \"?\", \"task\": \"t\"}",
                "{\"video\": \"b\", \"q\": \"?\", \"task\": null}"))
        .containsExactly(
            new ImagePlace.Video("t/a", null, null, null),
            new ImagePlace.Video("b", null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "columns: {video: v, image: i, question: q} | columns.image and columns.video: name one",
        "columns: {image: i, start: s, question: q} | columns.start is of videos: name"
            + " columns.video",
        "columns: {image: i, fps: s, question: q} | columns.fps is of videos: name columns.video"
      })
  void columnsOfVideosGoTogether(String columns, String problem) {
    assertThatThrownBy(() -> BenchmarkFile.parse("name: x\ndata: x\n" + columns + "\n", "x.yaml"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "../a.mp4 | null | null | null | leaves the image folder",
        "/a.mp4 | null | null | null | is absolute",
        "http://host/a.mp4 | null | null | null | is a URL",
        "a.mp4 | 3 | 3 | null | The part of 'a.mp4' from 3.0 s to 3.0 s has no length",
        "a.mp4 | -1 | 3 | null | The part of 'a.mp4' from -1.0 s on begins before the video does,"
            + " at 0 s",
        "a.mp4 | null | 0 | null | The part of 'a.mp4' from 0.0 s to 0.0 s has no length",
        "a.mp4 | NaN | 3 | null | has no length",
        "a.mp4 | 1 | Infinity | null | has no length",
        "a.mp4 | null | null | 0 | cannot have 0.0 frames per second",
        "a.mp4 | null | null | NaN | cannot have NaN frames per second"
      })
  void whatNamesNoVideoIsRefused(
      String name, Double start, Double end, Double fps, String problem) {
    assertThatThrownBy(() -> new ImagePlace.Video(name, start, end, fps))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(problem);
  }
}
