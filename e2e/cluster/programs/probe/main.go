// Command probe is the workload and the client of the cluster's own checks, in one static program.
//
//	probe serve              answers on :8080 with its host name, and on /healthz
//	probe get URL            prints what URL answers
//	probe lookup NAME        prints the addresses of NAME
//	probe write FILE TEXT    writes a file
//	probe read FILE          prints a file
//	probe fill MEBIBYTES     uses that much memory and waits
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	address     = ":8080"
	getDeadline = 3 * time.Second
	pageBytes   = 4096
	mebibyte    = 1 << 20
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "serve":
		return serve()
	case len(args) == 2 && args[0] == "get":
		return get(args[1])
	case len(args) == 2 && args[0] == "lookup":
		return lookup(args[1])
	case len(args) == 3 && args[0] == "write":
		return os.WriteFile(args[1], []byte(args[2]), 0o644)
	case len(args) == 2 && args[0] == "read":
		return read(args[1])
	case len(args) == 2 && args[0] == "fill":
		return fill(args[1])
	}
	return fmt.Errorf("usage: probe serve | get URL | lookup NAME | write FILE TEXT | read FILE | fill MEBIBYTES")
}

func serve() error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("request from", r.RemoteAddr)
		fmt.Fprintln(w, host)
	})
	fmt.Println("serving as", host)
	return http.ListenAndServe(address, nil)
}

func get(url string) error {
	client := http.Client{Timeout: getDeadline, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}

func lookup(name string) error {
	addresses, err := net.LookupHost(name)
	if err != nil {
		return err
	}
	for _, found := range addresses {
		fmt.Println(found)
	}
	return nil
}

func read(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(content)
	return err
}

func fill(text string) error {
	mebibytes, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	memory := make([]byte, mebibytes*mebibyte)
	for at := 0; at < len(memory); at += pageBytes {
		memory[at] = 1
	}
	fmt.Println("filled", len(memory))
	select {}
}
