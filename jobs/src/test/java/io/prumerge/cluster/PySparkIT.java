package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.console.Console;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import io.prumerge.run.MadeUpVideos;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python of the pages {@code jobs/API.md} and {@code udfs/README.md}, in PySpark of the
 * registry with the CPU jar.
 */
@Tag("process")
@Tag("slow")
class PySparkIT {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** A session as PySpark starts it, and a benchmark's examples. */
  private static final String BEFORE =
      """
      import os
      from pyspark.sql import SparkSession

      work = os.environ['WORK']
      llava = os.environ['LLAVA']
      spark = (
          SparkSession.builder.master('local[2]')
          .config('spark.jars', os.environ['JARS'])
          .config('spark.driver.memory', '2g')
          .config('spark.driver.host', '127.0.0.1')
          .config('spark.ui.enabled', 'false')
          .config('spark.ui.showConsoleProgress', 'false')
          .config('spark.sql.shuffle.partitions', 2)
          .config('spark.sql.session.timeZone', 'Asia/Tokyo')
          .config('spark.sql.catalog.lake', 'org.apache.iceberg.spark.SparkCatalog')
          .config('spark.sql.catalog.lake.type', 'hadoop')
          .config('spark.sql.catalog.lake.warehouse', work + '/lake')
          .getOrCreate()
      )
      settings = sorted(map(tuple, spark.sql('SET').collect()))
      examples = work + '/examples'
      prepared = (
          spark._jvm.io.prumerge.Preparation.of(spark._jsparkSession)
          .benchmark('pope').sources([work + '/data/pope']).limit(2).output(examples).run()
      )
      assert prepared.questions() >= 2
      """;

  private static final String BEFORE_PREDICTOR =
      """
      found = spark.read.format('binaryFile').option('pathGlobFilter', '*.jpg').option(
          'recursiveFileLookup', 'true').load(work + '/data').withColumnRenamed('content', 'image')
      pictures = found.orderBy('path').limit(3).coalesce(1)
      assert pictures.count() == 3
      """;

  private static final String AFTER_PREDICTOR =
      """
      rows = answers.collect()
      assert [row.method for row in rows] == 3 * ['none', 'prumerge'], rows
      assert all(row.error is None for row in rows), rows
      tokens = {row.method: row.visual_tokens_after for row in rows}
      assert tokens['prumerge'] < tokens['none'] == 144, tokens

      from prumerge_spark import predictor as wheel
      assert sorted(param.name for param in predictor.params) == sorted(wheel._PARAMETERS)
      assert predictor.setMethods(('prumerge', 'none')).getMethods() == ['prumerge', 'none']
      assert predictor.getDtype() == 'auto' and predictor.getClipSha256() == []
      assert 'prumerge' in predictor.explainParam('methods')
      for wrong, kind, said in [
          (dict(dtype='fp8'), 'IllegalArgumentException', "Unknown dtype 'fp8'"),
          (dict(methods=['nonsense']), 'IllegalArgumentException', "Unknown method 'nonsense'"),
          (dict(methods='none'), 'TypeError', "Cannot set methods to 'none'"),
          (dict(maxNewTokens='x'), 'TypeError', "Cannot set maxNewTokens to 'x'"),
          (dict(modelurl='x'), 'TypeError', "no parameter 'modelurl'"),
      ]:
          try:
              predictor.set_all(**wrong)
              raise AssertionError(('not refused', wrong))
          except Exception as problem:
              assert type(problem).__name__ == kind and said in str(problem), problem
      from pyspark.ml import Pipeline, PipelineModel
      Pipeline(stages=[predictor]).fit(questions).write().save(work + '/pipeline')
      loaded = PipelineModel.load(work + '/pipeline')
      assert loaded.stages[0].getMethods() == ['prumerge', 'none']
      again = loaded.transform(questions).select(F.inline('predictions')).where("method = 'none'")
      assert [r.answer for r in again.collect()] == [r.answer for r in rows if r.method == 'none']
      """;

  /** Videos, by the wheel's functions and by its transformer. */
  private static final String VIDEOS =
      """
      import json
      import shutil
      import prumerge_spark

      onevision = os.environ['ONEVISION']
      clips = work + '/clips'
      for video in ['v1', 'v2']:
          os.makedirs(clips + '/frames/' + video)
          for i, row in enumerate(found.orderBy('path').limit(5).collect()):
              with open(clips + '/frames/%s/%d.jpg' % (video, i), 'wb') as out:
                  out.write(row.image)
      with open(clips + '/clips.json', 'w') as out:
          json.dump([dict(id=name, video=name, q='What is it?', a='yes') for name in ['v1', 'v2']], out)
      with open(clips + '/clips.yaml', 'w') as out:
          json.dump(dict(
              name='clips', data='clips.json', images='frames',
              columns=dict(id='id', video='video', question='q', answers='a'),
              score=dict(loose=dict(rule='contains')), figures=dict(right=dict(statistic='mean')),
          ), out)
      rules = dict(frames_by=['lmms-eval', 'qwen2'], frames='4')
      prumerge_spark.prepare(benchmark=clips + '/clips.yaml', output=clips + '/examples', source_fps=2, **rules)
      prumerge_spark.evaluate(
          model=onevision, examples=clips + '/examples', method=['none', 'frames=2'], device='cpu', dtype='fp32',
          output=clips + '/run', tables='lake.runs', **rules)  # a run for each rule
      asked = spark.read.parquet(clips + '/run/predictions').collect()
      assert len(asked) == 8 and all(row.error is None for row in asked), asked
      told = {(row.protocol, row.method, row.visual_tokens_after) for row in asked}
      assert told == {(rule + ':4', *seen) for rule in rules['frames_by'] for seen in [('none', 37), ('frames=2', 19)]}, told

      video = LlavaPredictor(
          modelUrl=onevision, inputCol='frames', promptCol='prompts', timesCol='seconds', video=True, dtype='fp32',
          device='cpu', methods=['none', 'frames=2'])
      assert video.getVideo() and video.getTimesCol() == 'seconds'
      shown = pictures.agg(F.collect_list('image').alias('frames')).selectExpr(
          'frames', 'array(0.0D, 0.5D, 1.0D) AS seconds', "array('What is it?') AS prompts")
      rows_of_video = video.transform(shown).select(F.inline('predictions')).collect()
      assert all(row.error is None for row in rows_of_video), rows_of_video
      seen = [(row.method, row.visual_tokens_after) for row in rows_of_video]
      assert seen == [('none', 28), ('frames=2', 19)], seen
      """;

  private static final String AFTER =
      """
      assert spark.table('lake.runs.runs').count() == 3
      for table in ['predictions', 'scores', 'metrics', 'efficiency', 'summary']:
          assert spark.table('lake.runs.' + table).select('run_id').distinct().count() == 3, table
      assert spark.table('lake.runs.predictions').count() == 2 * prepared.questions() + 8
      assert list(evaluated.warnings()) is not None

      from py4j.protocol import Py4JJavaError
      refused = prumerge.Evaluation.of(spark._jsparkSession).model(llava).examples([examples]).methods(['none'])
      try:
          refused.maxErrorRate(2.0).limit(1).maxNewTokens(3).output(work + '/refused').run()
          raise AssertionError('not refused')
      except Py4JJavaError as problem:
          assert problem.java_exception.getMessage() == 'maxErrorRate must be between 0 and 1 but is 2.0'
      scored = (
          prumerge.Scoring.of(spark._jsparkSession)
          .benchmark('pope').answers([output]).sources([work + '/data/pope']).run()
      )
      assert DataFrame(scored.metrics(), spark).where("metric = 'f1'").count() > 0
      report = (
          prumerge.Reporting.of(spark._jsparkSession)
          .runs([output, clips + '/run']).output(work + '/report').tables('lake.runs').run()
      )
      assert DataFrame(report.summary(), spark).select('run_id').distinct().count() == 3
      assert spark.table('lake.runs.runs').count() == 3

      # The wheel's functions run in this session: there is no launcher for a process of their own.
      import subprocess
      import prumerge_spark
      document = prumerge_spark.estimate(model=llava, precision=['fp16', 'w8a8'], json=True)
      assert {row['precision'] for row in document['rows']} == {'fp16', 'w8a8'}, document
      spark.read.parquet(examples).limit(1).select('image').createOrReplaceTempView('images')
      spark.sql("SELECT id, image, 'Is it red?' AS question, 'yes' AS answer, IF(id < 5, 'a/b', '01') AS shop FROM range(9), (SELECT image FROM images)").write.partitionBy('shop').parquet(work + '/shops')
      prumerge_spark.init_benchmark(data=work + '/shops', output=work + '/shops.yaml')
      prumerge_spark.prepare(benchmark=work + '/shops.yaml', output=work + '/shops.examples')
      assert spark.read.parquet(work + '/shops.examples').count() == spark.read.parquet(work + '/shops').count() == 9
      try:
          prumerge_spark.report(runs=work + '/none', output=work + '/refused')
          raise AssertionError('not refused')
      except subprocess.CalledProcessError as problem:
          assert problem.returncode == 2 and work + '/none' in problem.stderr, problem.stderr
      assert sorted(map(tuple, spark.sql('SET').collect())) == settings
      print('all is as it should be')
      """;

  @TempDir private static Path work;

  @Test
  void evaluatesTwiceInOneSessionAndIntoTheSameTables() throws Exception {
    Python python =
        new Python(
            work,
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "OMP_WAIT_POLICY",
                "PASSIVE",
                "PYTHONPATH",
                work + File.pathSeparator + ROOT.resolve("notebooks/python"),
                "WORK",
                work.toString(),
                "LLAVA",
                ROOT.resolve("conf/mini-llava").toString(),
                "ONEVISION",
                MadeUpVideos.MODEL.toString(),
                "JARS",
                System.getProperty("cpu.jar") + "," + System.getProperty("iceberg.jar")));
    Optional<String> lacks = python.lacks(ROOT.resolve("notebooks/requirements.txt"));
    assumeTrue(lacks.isEmpty(), () -> "no Python with PySpark: " + lacks.orElseThrow());
    new MiniFolder(work.resolve("data"), Console.SILENT).write(Split.TEST, 7, 4);
    String page = pythonOf("jobs/API.md", "prumerge.Evaluation");
    Files.writeString(
        work.resolve("from_the_page.py"),
        String.join(
            "\n",
            BEFORE,
            "output = work + '/run'",
            page,
            BEFORE_PREDICTOR,
            pythonOf("udfs/README.md", "LlavaPredictor"),
            AFTER_PREDICTOR,
            VIDEOS,
            AFTER));

    Python.Result result = python.module("from_the_page");

    assertThat(result.exitCode()).as(result.printed()).isZero();
    assertThat(result.printed()).contains("all is as it should be");
  }

  /** Returns the first block of a page that names something. */
  private static String pythonOf(String page, String named) throws IOException {
    Matcher block =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve(page)));
    return block
        .results()
        .map(hit -> hit.group(1))
        .filter(text -> text.contains(named))
        .findFirst()
        .orElseThrow();
  }
}
