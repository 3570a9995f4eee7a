;; A whole function: what it takes and answers, the check of fuel and stack at its start, its two ends.
(func $0x1000
  (param $eax i32) (param $ecx i32) (param $edx i32) (param $ebx i32) (param $esp i32)
  (param $ebp i32) (param $esi i32) (param $edi i32) (param $fuel i32)
  (result i64 i32)
  (local $eip i32) (local $address i32) (local $value i32) (local $value64 i64) (local $flags.a i32)
  (local $flags.b i32) (local $flags.result i32) (local $way i32) (local $entry.esp i32)
  block $1
    block $2
      local.get $esp
      local.set $entry.esp
      local.get $fuel
      i32.const 0
      i32.le_s
      local.get $esp
      global.get $stack.limit
      i32.lt_u
      i32.or
      if $3
        i32.const 4096
        local.set $eip
        br $1
      end
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
;; 0x00001000  01 c8                 add eax, ecx
      local.get $eax
      local.get $ecx
      i32.add
      local.set $eax
;; 0x00001002  c3                    ret
      local.get $esp
      i32.load
      local.set $eip
      local.get $eip
      i32.eqz
      local.get $esp
      local.get $entry.esp
      i32.ne
      i32.or
      i32.eqz
      if $4
        local.get $ecx
        global.set $ecx
        local.get $edx
        global.set $edx
        local.get $fuel
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get $eip
        i64.extend_i32_u
        i64.or
        local.get $eax
        return
      end
      local.get $esp
      i32.const 4
      i32.add
      local.set $esp
      br $1
      unreachable
      unreachable
;; the function's ends
    end
    local.get $eip
    i32.eqz
    if $5
      local.get $fuel
      i64.extend_i32_u
      i64.const 32
      i64.shl
      i32.const 0
      i64.extend_i32_u
      i64.or
      local.get $eax
      return
    end
    global.get $ecx
    local.set $ecx
    global.get $edx
    local.set $edx
    local.get $esp
    i32.const 4
    i32.add
    local.set $esp
  end
  local.get $eax
  global.set $eax
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $ebx
  global.set $ebx
  local.get $esp
  global.set $esp
  local.get $ebp
  global.set $ebp
  local.get $esi
  global.set $esi
  local.get $edi
  global.set $edi
  local.get $eip
  global.set $eip
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  i32.const 0
  i64.extend_i32_u
  i64.or
  local.get $eax
)
