#!/bin/sh
# Installs Apache Spark, for `make test-services`, below .cache/services: pyspark carries the whole of it, and
# Maven has what reads S3. What is there is kept; what cannot be installed is an error.
set -eu

spark='4.1.4'
# The Hadoop that this Spark carries: another one's connector fails in the middle of a query.
hadoop='3.4.2'

root=$(cd "$(dirname "$0")/../../.." && pwd)
target="$root/.cache/services/spark"

. "$root/src/testing/installing.sh"

need java 'Apache Spark'
if [ ! -e "$target/$spark" ]; then
  need python3 'Apache Spark'
  need mvn 'Apache Spark'
  rm -rf "$target"
  mkdir -p "$target/download"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary :all: --dest "$target/download" "pyspark==$spark"
  # Its programs and jars are in the archive as they are; nothing of Python is installed.
  tar -xzf "$target/download/pyspark-$spark.tar.gz" -C "$target" --strip-components=2 \
    "pyspark-$spark/deps/bin" "pyspark-$spark/deps/jars"
  rm -r "$target/download"
  install_jars "$target" "org.apache.hadoop:hadoop-aws:$hadoop"
  touch "$target/$spark"
fi

echo "Installed: Apache Spark $spark, hadoop-aws $hadoop"
