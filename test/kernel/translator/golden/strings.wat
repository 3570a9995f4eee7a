;; Repeated and single string instructions.
;; not translated
