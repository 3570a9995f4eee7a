;; A signed comparison that a branch reads.
;; 0x00001000  39 d8                 cmp eax, ebx
    local.get $eax
    local.tee $flags.a
    local.get $ebx
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001002  7c 02                 jl short 0x1006
    local.get $flags.a
    local.get $flags.b
    i32.lt_s
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  39 d8                 cmp eax, ebx
;; 0x00001004  89 d8                 mov eax, ebx
    local.get $ebx
    local.set $eax
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x00001006  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
