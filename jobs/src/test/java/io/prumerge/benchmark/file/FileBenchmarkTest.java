package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.seed.SeedBenchmark;
import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileBenchmarkTest {

  /** As jobs/BENCHMARKS.md shows it. */
  static final String TICKETS =
      """
      # tickets.yaml. Relative paths start at this file's folder.
      name: tickets                     # column `benchmark`; no built-in name
      data: tickets.csv                 # or a list; .csv .tsv .jsonl .json .parquet
      split: test                       # default: test
      images: [photos]                  # folders under which `image` names files
      columns:
        id: id                          # default: the row's number, from 1
        image: photo
        question: question
        options: [A, B, C, D]           # a list: one column each, empty cells left out
        answers: answer                 # text, number, list, or text of a JSON or Python list
        category: [product, language]   # figures by value
      prompts:                          # a text, or a list of pieces
        letter: ["{hint}\\n", "{question}", "\\n{options}", "\\nAnswer with the option's letter from the given choices directly."]
        open: "{question}"              # --prompts open; the first is the default
      max_new_tokens: 16                # default: the checkpoint's
      orientation: exif                 # default; or stored
      score:                            # profiles; the first is the default
        letter: {rule: letter, answers_are: letter, undecided: wrong}
        exact: {rule: exact, ignore_case: true, ignore_punctuation: true}
      figures:                          # the first is the headline; all in percent
        accuracy: {statistic: mean}
        by_product: {statistic: mean, pooling: mean_of_groups, groups: product}
      """;

  static final String DATA =
      """
      id,photo,question,A,B,C,D,answer,product,language,hint
      t1,a.png,"What is wrong, ""really""?",the lamp,the cable,,,B,lamp,en,Look closely
      t2,sub/b.png,Who?,me,,you,,C,lamp,de,
      t3,a.png,Why?,x,y,z,w,,sofa,en,
      """;

  @TempDir private Path folder;

  private FileBenchmark tickets(String yaml) throws IOException {
    return new FileBenchmark(
        BenchmarkFile.parse(yaml, "tickets.yaml"), Optional.of(Reading.path(folder)));
  }

  private List<BenchmarkQuestion> read(String yaml, String data, Optional<String> prompts)
      throws IOException {
    Files.createDirectories(folder.resolve("photos/sub"));
    Path csv = Files.writeString(folder.resolve("tickets.csv"), data);
    FileBenchmark benchmark = tickets(yaml);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(csv, folder.resolve("photos"));
    benchmark.read(source, benchmark.prompts(prompts), questions::add);
    assertThat(source.leftOut().warning()).isEmpty();
    return questions;
  }

  @Test
  void readsTheExampleOfThePage() throws IOException {
    List<BenchmarkQuestion> questions = read(TICKETS, DATA, Optional.empty());

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("t1", "t2", "t3");
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.prompt())
        .isEqualTo(
            "Look closely\nWhat is wrong, \"really\"?\nA. the lamp\nB. the cable\n"
                + "Answer with the option's letter from the given choices directly.");
    assertThat(first.image()).contains(new ImagePlace.InFolder("a.png"));
    assertThat(first.options()).containsExactly("the lamp", "the cable");
    assertThat(first.answers()).containsExactly("B");
    assertThat(first.category()).isEqualTo("product=lamp");
    assertThat(first.extra()).containsEntry(BenchmarkQuestion.GROUPS, "language=en");
    assertThat(first.maxNewTokens()).hasValue(16);
    BenchmarkQuestion second = questions.get(1);
    assertThat(second.prompt()).startsWith("Who?\nA. me\nC. you\n");
    assertThat(second.options()).containsExactly("me", "", "you");
    assertThat(questions.get(2).answers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layouts: {a: {columns: {question: q}}} ;; images: x | images and layouts: name images in"
            + " each",
        "layouts: {a: {colums: {question: q}}} | did you mean columns?",
        "layouts: {} | layouts names none",
        "layouts: {a: {columns: {question: q}, files: a.json}} | layouts.a.files must be a name"
            + " with one {}, in which the splits are",
        "layouts: {a: {columns: {question: q}, files: '{a}/b.json'}} | x.yaml:3: layouts.a.files"
            + " must be a name with one {}",
        "layouts: {a: {columns: {question: q}, file: '{a}.json'}} | did you mean files?",
        "layouts: {a: {columns: {question: q}, prompted: lava}} ;; prompts: {llava: x} | x.yaml:3:"
            + " layouts.a.prompted: Unknown key of prompts 'lava'; known: llava; did you mean"
            + " llava?",
        "layouts: {a: {columns: {question: q}, prompted: {lava: '{question}'}}} ;; prompts: {llava:"
            + " x} | x.yaml:3: layouts.a.prompted: Unknown key of prompts 'lava'; known: llava",
        "layouts: {a: {columns: {question: q}, prompted: {llava: 'x {hint}'}}} ;; prompts: {llava:"
            + " x} | x.yaml:3: layouts.a.prompted.llava has no {question}",
        "layouts: {a: {columns: {question: q}, prompted: {llava: '{question}', b: '{question}'}}}"
            + " ;; prompts: {llava: x, b: y} | x.yaml:3: layouts.a.prompted must name one wording",
        "layouts: {a: {columns: {question: q}, prompted: {}}} ;; prompts: {llava: x} | x.yaml:3:"
            + " layouts.a.prompted must name one wording",
        "layouts: {a: {columns: {}, prompted: llava}} ;; question: q ;; prompts: {llava: x} |"
            + " layouts.a.prompted and question: name one",
        "columns: {question: q, image_name: '{a}.jpg'} | x.yaml:3: columns.image_name is of one"
            + " picture: name its column by columns.image",
        "columns: {question: q, image: [a, b], image_name: '{a}.jpg'} | columns.image_name is of"
            + " one picture",
        "layouts: {a: {columns: {question: q}, parts: {id: x}}} | layouts.a.parts.id has no group"
            + " (?P<name>...)",
        "layouts: {a: {columns: {question: q}, parts: {id: '('}}} | '(' is no regular expression of"
            + " RE2",
        "layouts: {a: {columns: {question: q}, parts: {}}} | layouts.a.parts names none",
        "columns: {question: q, answer: a, answers: b} | columns.answer and columns.answers: name"
            + " one",
        "columns: {question: q, options_in_question: '(a'} | '(a' is no regular expression of RE2",
        "columns: {question: q, options_in_question: '(((a{1000}){1000}){1000})'} |"
            + " columns.options_in_question: the regular expression '(((a{1000}){1000}){1000})' has"
            + " 1,003,003,008 steps",
        "layouts: {a: {columns: {question: q}, parts: {id: '(?P<b>(c{99}){99})'}}} |"
            + " layouts.a.parts.id: the regular expression",
        "columns: {question: q} ;; category_pattern: '(.{1000}){9}' | category_pattern: the regular"
            + " expression",
        "columns: {question: q} ;; score: {a: {rule: exact, regexes_to_ignore: ['(a{500}){500}']}}"
            + " | regexes_to_ignore: the regular expression",
        "columns: {question: q} ;; prompts: {a: {txt: x}} | did you mean text?",
        "columns: {question: q} ;; prompts: {a: {text: x, max_new_tokens: 0}} | max_new_tokens must"
            + " be a",
        "columns: {question: q} ;; score: {a: {rule: exact, headline: acc}} | Unknown figure 'acc'",
        "columns: {question: q} ;; score: {a: {rule: exact, judge: {model: m}}} |"
            + " 'score.a.judge.request' is missing",
        "columns: {question: q} ;; score: {a: {rule: exact, judge: {modell: m}}} | did you mean"
            + " model?",
        "columns: {question: q} ;; score: {a: {rule: exact, judge: {model: m, instructions: i,"
            + " request: '{answr}'}}} | score.a.judge.request: Unknown value 'answr'",
        "columns: {question: q} ;; score: {a: {rule: math-vista, judge: {model: m, instructions: i,"
            + " request: r}}} | score.a.judge: a judge's words are extractions: it needs extract:"
            + " given",
        "columns: {question: q} ;; score: {a: {rule: exact, judge: {model: m, instructions: i,"
            + " request: r}}, b: {rule: exact}} | score.b: has no judge, so it must be before",
        "columns: {question: q} ;; answer_file: {name: a.json, id: x} | 'answer_file.answer' is"
            + " missing",
        "columns: {question: q} ;; answer_file: {name: a.jsonl} | 'answer_file.id' is missing",
        "columns: {question: q} ;; answer_file: {name: a, id: x, answer: y, integer_ids: 1} | true"
            + " or false",
        "columns: {question: q} ;; answer_file: {name: a, key: '(x)'} | 'answer_file.id' is"
            + " missing",
        "columns: {question: q} ;; answer_file: {name: a, id: x, answer: y, key: x} | x.yaml:4:"
            + " answer_file.key must have one group (...)",
        "columns: {question: q} ;; answer_file: {name: a, id: x, answer: y, key: '('} | '(' is no"
            + " regular expression of RE2",
        "columns: {question: q} ;; answer_file: {name: a, id: x, answer: y, picture_ids: true,"
            + " integer_ids: true} | answer_file.integer_ids and answer_file.picture_ids: name one",
        "columns: {question: q} ;; answer_file: {name: ../a.json} | x.yaml:4: answer_file.name is a"
            + " file's name",
        "columns: {question: q} ;; answer_file: {name: a, processor: evalai} |"
            + " answer_file.processor: Unknown value 'evalai'; known: convert-gqa, eval-ai",
        "columns: {question: q} ;; categories: {} | categories names none",
        "columns: {question: q, unit: a, units: {b: [c]}} | columns.unit and columns.units: name"
            + " one",
        "columns: {question: q, units: {b: [c]}} ;; figures: {x: {statistic: units}} | the key"
            + " 'unit' is missing; known: b",
        "columns: {question: q, units: {b: [c]}} ;; figures: {x: {statistic: units, unit: d}} |"
            + " Unknown kind of columns.units 'd'",
        "columns: {question: q} ;; answer_names: {} | answer_names names none",
        "columns: {question: q, extra: [unit]} | 'unit' is a value that questions have of their"
            + " own",
        "columns: {question: q} ;; texts: {a: {of: b}} | the key 'texts.a.values' is missing",
        "question: q ;; columns: {question: q} | question and columns.question: name one of them",
        "columns: {image: i} | 'columns.question' is missing: it names the column of the questions;"
            + " 'question' without",
        "question: q ;; columns: {image: i} ;; figures: {x: {statistic: cider}} | figures.x: no"
            + " rule under 'score' gives what the statistic cider needs",
        "columns: {question: q} ;; score: {a: {rule: caption, tokens: bpe}} | Unknown tokens 'bpe'",
        "columns: [q] | columns must be keys with values, it is '[q]'",
        "columns: {question: q} ;; data: {a: b} | the key 'data' stands here twice",
        "columns: {question: q} ;; split: {a: b} | split must be a text, it is keys with values: a",
        "columns: {question: q, image: } | columns.image must be a text or a list of texts, it is"
            + " empty",
        "columns: {question: q} ;; prompts: | prompts has no value; leave the key out",
        "columns: {question: q} ;; prompts: {a: {question}} | prompts.a: {question} without quotes"
            + " is a key 'question'; put the wording in quotes",
        "columns: {question: q} ;; max_new_tokens: '16' | it is '16', a text; leave out the quotes",
        "columns: {question: q} ;; score: exact | score must be keys with values, it is 'exact';"
            + " write {default: {rule: exact}}",
        "columns: {question: q} ;; score: {a: exact} | score.a must be keys with values, it is"
            + " 'exact'; write {rule: exact}",
        "columns: {question: q} ;; score: {a: {rules: exact}} | the key 'rules' is unknown: did you"
            + " mean rule?",
        "columns: {question: q} ;; score: {a: {rule: }} | the key 'score.a.rule' has no value;"
            + " rules: anls",
        "columns: {question: q} ;; category_pattern: '(' | category_pattern: '(' is no regular",
      })
  void refusesFurtherKeysWithTheirLines(String keys, String problem) {
    assertThatThrownBy(
            () ->
                BenchmarkFile.parse(
                    "name: x\ndata: a.csv\n" + keys.replace(" ;; ", "\n"), "x.yaml"))
        .hasMessageContaining("x.yaml:")
        .hasMessageContaining(problem);
  }

  @Test
  void wordsAndScoresBySeveralNames() throws IOException {
    List<BenchmarkQuestion> questions = read(TICKETS, DATA, Optional.of("open"));
    FileBenchmark benchmark = tickets(TICKETS);

    assertThat(questions.get(1).prompt()).isEqualTo("Who?");
    assertThatThrownBy(() -> benchmark.prompts(Optional.of("opn")))
        .hasMessage("Unknown prompts of tickets 'opn'; known: letter, open; did you mean open?");
    assertThat(benchmark.profiles()).containsExactly("letter", "exact");
    assertThat(benchmark.score("letter", "C", questions.get(1).reference()).value()).isEqualTo(1);
    assertThat(benchmark.score("exact", "c!", questions.get(1).reference()).value()).isEqualTo(1);
    assertThat(benchmark.chance(questions.get(1).reference())).isEqualTo(0.5);
    assertThat(benchmark.metrics("exact"))
        .extracting(MetricRule::name)
        .containsExactly("accuracy", "by_product");
    assertThat(benchmark.metrics("letter").get(1).start()).isEqualTo("product=");
    assertThat(benchmark.gold(questions.get(2).reference())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"text, 3, 3|4|3|5, 0.5", "text, 4, 3|4|3|5, 0.25", "letter, A, 3||3, 0.5"})
  void aGuessIsRightAtEachOfEqualOptions(String kind, String right, String options, double chance)
      throws IOException {
    FileBenchmark benchmark =
        tickets(TICKETS.replace("answers_are: letter", "answers_are: " + kind));
    List<String> texts = List.of(options.split("\\|", -1));
    for (List<String> answers : List.of(List.of(right), List.of(right, right))) {
      assertThat(benchmark.chance(new Reference("Q?", "", answers, texts, Map.of())))
          .isEqualTo(chance);
    }
    assertThat(benchmark.chance(new Reference("Q?", "", List.of("A", "B"), List.of(), Map.of())))
        .isZero();
  }

  @Test
  void whatIsLeftOutHasDefaults() throws IOException {
    List<BenchmarkQuestion> questions =
        read(
            "name: own\ndata: tickets.csv\ncolumns: {question: question, answers: answer}\n",
            DATA,
            Optional.empty());

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("1", "2", "3");
    assertThat(questions.get(0).prompt()).isEqualTo("What is wrong, \"really\"?");
    assertThat(questions.get(0).image()).isEmpty();
    assertThat(questions.get(0).category()).isEqualTo("default");
    assertThat(questions.get(0).maxNewTokens()).isEmpty();
    Benchmark benchmark =
        tickets("name: own\ndata: d.csv\ncolumns: {question: q}\nscore: {yn: {rule: yes-no}}\n");
    assertThat(benchmark.metrics("yn"))
        .extracting(MetricRule::name)
        .containsExactly("f1", "accuracy", "precision", "recall", "yes_ratio");
    assertThat(benchmark.defaultSplit()).isEqualTo("test");
    assertThat(benchmark.sources())
        .singleElement()
        .asString()
        .endsWith(folder.getFileName() + "/d.csv");
  }

  /** As POPE's figures are means over its settings, and SEED-Bench's of images and videos. */
  @Test
  void figuresMayBeOfSomeValuesOfAColumn() throws IOException {
    String yaml =
        """
        name: own
        data: d.csv
        columns: {question: q, category: setting}
        score: {all: {rule: yes-no, parser: pope}}
        figures:
          f1: {statistic: f1, pooling: mean_of_groups, values: [random, popular, adversarial]}
          seed_image: {values: image, breakdown: overall}
          seed_all: {values: [image, video], breakdown: overall}
          accuracy: {breakdown: groups}
        """;
    List<MetricRule> figures = tickets(yaml).metrics("all");
    assertThat(figures.get(0)).isEqualTo(Benchmarks.KNOWN.named("pope").metrics("official").get(0));
    List<MetricRule> seed = new SeedBenchmark().metrics("official");
    assertThat(figures.subList(1, 4)).containsExactly(seed.get(0), seed.get(2), seed.get(3));

    String several = yaml.replace("category: setting", "category: [setting, type]");
    assertThatThrownBy(() -> tickets(several))
        .hasMessageContaining(
            "tickets.yaml:6: figures.f1.values: the key 'groups' is missing, whose values they are;"
                + " known: setting, type")
        .hasMessageContaining("tickets.yaml:7: figures.seed_image.values: ");
    assertThatThrownBy(() -> tickets(yaml.replace("values: image", "values: []")))
        .hasMessageContaining("tickets.yaml:7: figures.seed_image.values names none");
    assertThatThrownBy(() -> tickets(yaml.replace("values: image", "value: image")))
        .hasMessageContaining("did you mean values?");
    MetricRule typed =
        tickets(several.replace("values", "groups: type, values")).metrics("all").get(1);
    assertThat(typed.groups()).containsExactly("type=image");
  }

  /** As POPE's figures are means under one profile and of all questions under the other. */
  @Test
  void aProfileMayHaveFiguresOfItsOwn() throws IOException {
    String yaml =
        """
        name: own
        data: d.csv
        columns: {question: q, category: setting}
        score:
          official: {rule: yes-no, parser: pope}
          lmms-eval:
            rule: yes-no
            parser: lmms-pope
            headline: accuracy
            figures:
              f1: {statistic: f1, values: [random, popular, adversarial]}
              accuracy: {values: [random, popular, adversarial]}
        figures: {f1: {statistic: f1, pooling: mean_of_groups, values: [random, popular, adversarial]}}
        """;
    Benchmark pope = Benchmarks.KNOWN.named("pope");
    assertThat(tickets(yaml).metrics("official")).containsExactly(pope.metrics("official").get(0));
    assertThat(tickets(yaml).metrics("lmms-eval"))
        .containsExactly(pope.metrics("lmms-eval").get(1), pope.metrics("lmms-eval").get(0));

    assertThatThrownBy(() -> tickets(yaml.replace("headline: accuracy", "headline: accurcy")))
        .hasMessageContaining("tickets.yaml:6: score.lmms-eval.headline: Unknown figure 'accurcy'")
        .hasMessageContaining("did you mean accuracy?");
    assertThatThrownBy(() -> tickets(yaml.replace("accuracy: {values", "accuracy: {valus")))
        .hasMessageContaining(
            "tickets.yaml:12: unknown key 'score.lmms-eval.figures.accuracy.valus'")
        .hasMessageContaining("did you mean values?");
    assertThatThrownBy(
            () -> tickets(yaml.replace("accuracy: {values", "b: {statistic: cider, values")))
        .hasMessageContaining("score.lmms-eval.figures.b: no rule under 'score' gives what");
  }

  /** As SEED-Bench's server takes answers. */
  @Test
  void answersAreWrittenAndReadAsLines() throws IOException {
    String yaml =
        "name: own\ndata: tickets.csv\ncolumns: {question: question}\n"
            + "answer_file: {name: own.jsonl, id: question_id, answer: prediction}\n";
    List<BenchmarkQuestion> questions = read(yaml, DATA, Optional.empty()).subList(0, 2);

    Path written =
        Reading.export(tickets(yaml), questions, one -> "é" + one.id(), folder.resolve("out"))
            .resolve("own.jsonl");

    assertThat(written)
        .content()
        .isEqualTo(
            """
            {"question_id":1,"prediction":"é1"}
            {"question_id":2,"prediction":"é2"}
            """);
    assertThat(Reading.answers(tickets(yaml), written))
        .extracting(GivenAnswer::key, GivenAnswer::text)
        .containsExactly(tuple("1", "é1"), tuple("2", "é2"));
  }

  @Test
  void oneQuestionMayBeAskedOfAllRows() throws IOException {
    String yaml =
        "name: own\ndata: tickets.csv\nquestion: What is shown?\n"
            + "columns: {answers: answer}\nscore: {all: {rule: caption}, some: {rule: exact}}\n";
    List<BenchmarkQuestion> questions = read(yaml, DATA, Optional.empty());
    assertThat(questions)
        .extracting(BenchmarkQuestion::prompt)
        .hasSize(3)
        .containsOnly("What is shown?");
    assertThat(tickets(yaml).metrics("all"))
        .extracting(MetricRule::name)
        .containsExactly("cider", "bleu_4", "rouge_l");
    assertThat(tickets(yaml).metrics("some")).as("its rule gives nothing to add up").isEmpty();
  }

  @Test
  void aRowMayBeAQuestionOfEachValueOfAColumn() throws IOException {
    String yaml =
        """
        name: own
        data: tickets.csv
        layouts:
          CSV:
            each: product
            columns: {id: id, question: question, answers: answer, category: product, extra: product}
        """;
    String data =
        "id,question,answer,product\nt1,Why?,x,\"lamp, sofa\"\nt2,Who?,y,\"['a', 'b']\"\nt3,?,z,\n";

    assertThat(read(yaml, data, Optional.empty()))
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::category,
            question -> question.extra().get("product"),
            question -> question.fileId().asText(),
            BenchmarkQuestion::answers)
        .containsExactly(
            tuple("t1/lamp", "lamp", "lamp", "t1", List.of("x")),
            tuple("t1/sofa", "sofa", "sofa", "t1", List.of("x")),
            tuple("t2/a", "a", "a", "t2", List.of("y")),
            tuple("t2/b", "b", "b", "t2", List.of("y")),
            tuple("t3", "default", null, "t3", List.of("z")));
    assertThatThrownBy(() -> read(yaml, data.replace("product", "prodct"), Optional.empty()))
        .hasMessageContaining("tickets.csv has none of the known forms: CSV needs 'product'");
  }

  /** As a copy of a published file is read from Hugging Face's cache. */
  @Test
  void picturesOfFormsThatAreNotTheHubsMayBeAbsent() throws IOException {
    String yaml =
        """
        name: own
        data: "hf:org/papers"
        layouts:
          Parquet: {columns: {image: image, question: question}}
          JSON: {images: documents, columns: {image: file, question: question}}
        """;
    Folders folders = Folders.withoutSpark(Console.SILENT);
    assertThat(tickets(yaml).knownSources(folders, List.of())).containsExactly("hf:org/papers");
    Path here = Reading.write(folder, "a.jsonl", "{}").getParent();
    for (String other :
        List.of(
            yaml.replace("hf:org/papers", "a.jsonl"),
            yaml.replace(
                "{columns: {image: image", "{images: documents, columns: {image: image"))) {
      assertThatThrownBy(() -> tickets(other).knownSources(folders, List.of()))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("layouts.JSON.images: " + here.resolve("documents"))
          .hasMessageContaining("tickets.yaml:5: ");
    }

    Files.createDirectory(folder.resolve("documents"));
    assertThat(tickets(yaml).knownSources(folders, List.of()))
        .hasSize(2)
        .isEqualTo(tickets(yaml).sources());
  }

  @Test
  void allFaultsOfAFileAreNamedAtOnceWithTheirLines() {
    assertThatThrownBy(
            () ->
                tickets(
                    """
                    name: pope
                    data: tickets.csv
                    colums: {}
                    columns: {id: id, question: q}
                    prompts:
                      a: ["{question}", "{options}"]
                    max_new_tokens: many
                    orientation: turned
                    score:
                      x: {rule: exakt}
                      y: {rule: exact, ignore_cas: true}
                    figures:
                      acc: {statistic: meen, groups: product}
                    """))
        .hasMessageContaining("tickets.yaml:1: name: 'pope' is a benchmark of this project")
        .hasMessageContaining("tickets.yaml:3: unknown key 'colums'")
        .hasMessageContaining("did you mean columns?")
        .hasMessageContaining("tickets.yaml:6: prompts.a: {options} needs the key")
        .hasMessageContaining("tickets.yaml:7: max_new_tokens must be a whole number above 0")
        .hasMessageContaining("tickets.yaml:8: orientation: Unknown value 'turned'")
        .hasMessageContaining("tickets.yaml:10: score.x: Unknown rule 'exakt'")
        .hasMessageContaining("did you mean exact?")
        .hasMessageContaining(
            "tickets.yaml:11: score.y: Unknown key of the rule exact 'ignore_cas'")
        .hasMessageContaining("tickets.yaml:13: figures.acc.statistic: Unknown value 'meen'")
        .hasMessageContaining("did you mean mean?")
        .hasMessageContaining("tickets.yaml:13: figures.acc.groups:");
  }

  @Test
  void missingColumnsAreNamedAtOnceWithTheirLines() {
    String yaml = TICKETS.replace("image: photo", "image: phot").replace("{hint}", "{hnit}");
    assertThatThrownBy(() -> read(yaml, DATA, Optional.empty()))
        .hasMessageStartingWith("Cannot use the benchmark tickets.yaml: tickets.yaml:8: ")
        .hasMessageContaining("columns.image: tickets.csv has no column 'phot'")
        .hasMessageContaining("did you mean photo?")
        .hasMessageContaining("prompts.letter: tickets.csv has no column 'hnit'")
        .hasMessageContaining("did you mean hint?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: &x [1]\\nb: *y|repeats nothing",
        "name: !!java.lang.String a|tags such as",
        "name: a\\nname: b|stands here twice",
        "- a|a benchmark is keys with values",
        "''|the file is empty",
        "a: [|tickets.yaml:",
        "a: 1\\nb:\\n\\tc: 1|tickets.yaml:3: a tab stands before the text; indent with spaces",
        "a: @x|tickets.yaml:1: a value cannot begin with @; put it in quotes",
        "a: -.inf|tickets.yaml:1: -.inf is no number that is read; put a text in quotes",
        "a: b: c|tickets.yaml:1: a colon stands where no key can be",
        "a: 1\\nb:c\\nd: 1|tickets.yaml:2: a line without a key",
        "a: 1\\nb: \"c\\nd: 1|tickets.yaml:2: a text in quotes begins here that does not end",
        "a: {b} c|tickets.yaml:1: the value has ended before this",
        "a: [b\\nc: 1|tickets.yaml:1: what begins here does not end with ]",
        "'a: \"\\q\"'|tickets.yaml:1: \\q means nothing in double quotes; write \\\\ for a",
      })
  void refusesUnsafeOrBrokenYaml(String yaml, String message) {
    assertThatThrownBy(
            () ->
                BenchmarkFile.parse(yaml.replace("\\n", "\n").replace("\\t", "\t"), "tickets.yaml"))
        .hasMessageContaining(message);
  }

  @Test
  void aliasesCannotMakeAHugeDocument() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String one = "*a" + (i - 1);
      bomb.append(
          String.format(
              java.util.Locale.ROOT,
              "a%d: &a%d [%s]%n",
              i,
              i,
              String.join(", ", java.util.Collections.nCopies(10, one))));
    }
    assertThatThrownBy(() -> BenchmarkFile.parse(bomb.toString(), "bomb.yaml"))
        .hasMessageContaining("has more than 10000 values");
    assertThatThrownBy(() -> BenchmarkFile.parse("[".repeat(100_000), "deep.yaml"))
        .hasMessageContaining("deep.yaml:1:");
  }

  @Test
  void anIdThatRepeatsEndsTheReading() {
    assertThatThrownBy(() -> read(TICKETS, DATA.replace("t2,", "t1,"), Optional.empty()))
        .hasMessage(
            "tickets.csv:3: 'id' 't1' is the id of an earlier question, too; without"
                + " columns.id in tickets.yaml, rows are numbered");
  }

  @Test
  void aTableOfSemicolonsIsReadAsOneOfCommas() throws IOException {
    assertThat(read(TICKETS, DATA.replace(",", ";"), Optional.empty()).get(1))
        .usingRecursiveComparison()
        .isEqualTo(read(TICKETS, DATA, Optional.empty()).get(1));
  }

  @Test
  void rowsOfOtherSplitsNameTheFlag() {
    assertThatThrownBy(
            () ->
                read(
                    TICKETS.replace("  id: id ", "  split: product\n  id: id "),
                    DATA,
                    Optional.empty()))
        .hasMessageEndingWith("it has rows of lamp, sofa; name one by split");
  }

  @Test
  void faultyRowsAreLeftOutWithTheirLinesAndColumns() throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    Path csv =
        Files.writeString(
            folder.resolve("tickets.csv"),
            DATA
                + "t4,../x.png,Why?,x,y,,,A,sofa,en,\n"
                + "t5,a.png,Why?,x,y,,,E,sofa,en,\n"
                + "t6,a.png,Why?,x,y,,,A,sofa,en,\n");
    FileBenchmark benchmark = tickets(TICKETS);
    SourceFiles source = Reading.source(csv, folder.resolve("photos"));
    List<String> ids = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), one -> ids.add(one.id()));

    assertThat(ids).containsExactly("t1", "t2", "t3", "t6");
    assertThat(source.leftOut().warning().orElseThrow())
        .contains("tickets.csv:5: 'photo'")
        .contains("leaves the image folder")
        .contains("'E' as letter, of [x, y], which score.letter of tickets.yaml cannot score");
  }

  @Test
  void whatTravelsIsTheFileItself() throws IOException {
    FileBenchmark benchmark = tickets(TICKETS);
    io.prumerge.benchmark.file.Benchmarks all =
        io.prumerge.benchmark.file.Benchmarks.with(benchmark);

    assertThat(all.files()).containsEntry("tickets", TICKETS);
    assertThat(all.named("tickets").profiles()).isEqualTo(benchmark.profiles());
    assertThat(all.named("pope").name()).isEqualTo("pope");
    assertThat(all.ownProfiles()).contains("tickets/letter", "pope/official");
    assertThatThrownBy(
            () ->
                all.and(
                    io.prumerge.benchmark.file.Benchmarks.with(
                        tickets(TICKETS.replace("max_new_tokens: 16", "max_new_tokens: 8")))))
        .hasMessageContaining("two different files of the benchmark tickets")
        .hasMessageContaining("line 16 is 'max_new_tokens: 16  ")
        .hasMessageContaining("in one and 'max_new_tokens: 8  ");
    assertThat(PromptProfile.own("letter").name()).isEqualTo("letter");
  }
}
