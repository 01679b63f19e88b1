#!/bin/sh
# Installs Apache Kafka, for `make test-services`, below .cache/services: its programs are ordinary Maven
# artifacts. What is there is kept; what cannot be installed is an error.
set -eu

kafka='4.1.1'

root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/.cache/services/kafka"

. "$root/src/testing/installing.sh"

need java 'Apache Kafka'
if [ ! -e "$target/$kafka" ]; then
  need mvn 'Apache Kafka'
  rm -rf "$target"
  mkdir -p "$target"
  install_jars "$target" "org.apache.kafka:kafka_2.13:$kafka" org.slf4j:slf4j-simple:1.7.36
  touch "$target/$kafka"
fi

echo "Installed: Apache Kafka $kafka"
