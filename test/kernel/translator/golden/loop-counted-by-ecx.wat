;; LOOP and JECXZ count in ECX and leave the flags alone.
;; 0x00001000  e3 04                 jecxz 0x1006
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    local.get $ecx
    i32.eqz
    br_if $3
    loop $4
      local.get $fuel
      i32.const 0
      i32.le_s
      if $5
        i32.const 4098
        local.set $eip
        local.get $stack
        local.set $esp
        i32.const 6939
        local.set $place
        br $1
      end
;; 0x00001002  01 d8                 add eax, ebx
      local.get $eax
      local.get $ebx
      i32.add
      local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
      local.get $ecx
      i32.const 1
      i32.sub
      local.tee $ecx
      i32.const 0
      i32.ne
      if $6
;; 0x00001002  01 d8                 add eax, ebx
        local.get $eax
        local.get $ebx
        i32.add
        local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
        local.get $ecx
        i32.const 1
        i32.sub
        local.tee $ecx
        i32.const 0
        i32.ne
        if $7
;; 0x00001002  01 d8                 add eax, ebx
          local.get $eax
          local.get $ebx
          i32.add
          local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
          local.get $ecx
          i32.const 1
          i32.sub
          local.tee $ecx
          i32.const 0
          i32.ne
          if $8
;; 0x00001002  01 d8                 add eax, ebx
            local.get $eax
            local.get $ebx
            i32.add
            local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
            local.get $ecx
            i32.const 1
            i32.sub
            local.tee $ecx
            i32.const 0
            i32.ne
            if $9
;; 0x00001002  01 d8                 add eax, ebx
              local.get $eax
              local.get $ebx
              i32.add
              local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
              local.get $ecx
              i32.const 1
              i32.sub
              local.tee $ecx
              i32.const 0
              i32.ne
              if $10
;; 0x00001002  01 d8                 add eax, ebx
                local.get $eax
                local.get $ebx
                i32.add
                local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
                local.get $fuel
                i32.const -12
                i32.add
                local.set $fuel
                local.get $ecx
                i32.const 1
                i32.sub
                local.tee $ecx
                i32.const 0
                i32.ne
                br_if $4
                br $3
                unreachable
              end
;; 0x00001002  01 d8                 add eax, ebx
              local.get $fuel
              i32.const -10
              i32.add
              local.set $fuel
              br $3
              unreachable
            end
            local.get $fuel
            i32.const -8
            i32.add
            local.set $fuel
            br $3
            unreachable
          end
          local.get $fuel
          i32.const -6
          i32.add
          local.set $fuel
          br $3
          unreachable
        end
        local.get $fuel
        i32.const -4
        i32.add
        local.set $fuel
        br $3
        unreachable
      end
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
      unreachable
    end
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
  local.get $ecx
  global.set $ecx
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
